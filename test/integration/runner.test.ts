// The command on hosts with a real systemd and sshd: what it promises of runs that change things, that change
// nothing, and that are cut off. The suites are in runner/; what the relay then does is tested in relay.test.ts.
import assert from "node:assert/strict";
import { type Host, type Lab, openLab } from "../lab/index.ts";
import { serveZones } from "./relay/elsewhere.ts";
import { broken } from "./runner/broken.ts";
import { converging } from "./runner/converging.ts";
import { exitCodes } from "./runner/exit-codes.ts";
import { faults } from "./runner/faults.ts";
import { foreseeing } from "./runner/foreseeing.ts";
import { health } from "./runner/health.ts";
import { interruptions } from "./runner/interruptions.ts";
import { logins } from "./runner/logins.ts";
import { oneAtATime } from "./runner/one-at-a-time.ts";
import { withPackages } from "./runner/packages.ts";
import { type Site, siteOn } from "./runner/site.ts";
import { differences, files, packages, units } from "./runner/state.ts";
import { troubles } from "./runner/troubles.ts";
import { wholeFiles } from "./runner/whole-files.ts";

/** How many runs are killed at random moments. */
const KILLS = Number(process.env.CHATMAIL_KILLS ?? 1);

describe("The runner", () => {
  let lab: Lab | undefined;
  let sites: readonly Site[];
  const first = (): Site => sites[0] as Site;
  const host = (): Host => first().host;

  before(async function () {
    this.timeout(600_000);
    const opened = await openLab({ name: "runner" });
    lab = opened;
    await serveZones(opened);
    const snapshot = await withPackages(opened);
    const names = ["one.chatmail.example", "two.chatmail.example"];
    sites = await Promise.all(
      names.map(async (name) => {
        const made = await opened.host(name, { snapshot });
        // Package lists of today: a run would fetch older ones anew.
        await made.must("apt-get -q update");
        await made.snapshot("ready");
        return siteOn(opened, made);
      }),
    );
  });

  after(() => lab?.down());

  it("--check on a bare host walks to the end and changes nothing there", async () => {
    const bare = await (lab as Lab).host("bare.chatmail.example");
    const before = [await files(bare), await units(bare), await packages(bare)] as const;
    const run = await siteOn(lab as Lab, bare).run({}, ["--check"]);
    assert.equal(run.exitCode, 0, run.trouble);
    assert.ok(run.changed.length > 10, "it tells what a run would change");
    assert.deepEqual(differences(before[0], await files(bare)), []);
    assert.deepEqual(differences(before[1], await units(bare)), []);
    assert.equal(await packages(bare), before[2]);
    await bare.down();
  });

  describe("On a host that has the packages already", () => converging(() => sites));
  describe("What --check tells", () => foreseeing(() => sites));
  describe("Broken on purpose", () => broken(() => sites));
  describe("Exit codes", () => exitCodes(host));
  describe("Other logins than root's", () => logins(host));
  describe("Target files", () => wholeFiles(host));
  describe("One at a time", () => oneAtATime(host));
  describe("Services that are put back", () => health(host));
  describe("A host in trouble", () => troubles(host));
  describe("Interrupted", () => interruptions(() => sites, KILLS));
  describe("Stopped", () => faults(() => sites, process.env.CHATMAIL_FAULTS ?? ""));
});
