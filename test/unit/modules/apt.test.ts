import assert from "node:assert/strict";
import { foresee } from "../../../runner/facts/fact.ts";
import { aptCandidate, aptLists, packageState } from "../../../runner/facts/index.ts";
import { checking } from "./harness.ts";
import { outcome, type Planning, planned, scriptOf } from "./planning.ts";

const pkg = (name: string, version?: string, more: object = {}) =>
  foresee(packageState(name), {
    installed: version !== undefined,
    version,
    status: version === undefined ? "not-installed" : "installed",
    held: false,
    providedBy: [],
    ...more,
  });
const candidate = (name: string, version?: string, known = true) =>
  foresee(aptCandidate(name), { known, version });
const lists = (age: number, present = true) => foresee(aptLists(), { present, age, updated: 1 });

describe("apt", () => {
  const cases: readonly [title: string, planning: Omit<Planning, "module">, expected: readonly string[]][] = [
    [
      "is content with what is installed, and does not ask apt",
      { params: { name: ["a1", "b1"] }, facts: [pkg("a1", "1"), pkg("b1", "2")] },
      [],
    ],
    [
      "installs what is missing in one go",
      { params: { name: ["a1", "b1", "c1"] }, facts: [pkg("a1", "1"), pkg("b1"), pkg("c1")] },
      ["install b1, c1"],
    ],
    [
      "finishes what dpkg left half-way",
      { params: { name: "a1" }, facts: [pkg("a1", undefined, { status: "half-configured", version: "1" })] },
      ["install a1"],
    ],
    [
      "takes a package that provides the name",
      { params: { name: "mta" }, facts: [pkg("mta", undefined, { providedBy: ["postfix"] })] },
      [],
    ],
    [
      "wants the version that is named",
      { params: { name: "a1=2" }, facts: [pkg("a1", "1")] },
      ["install a1=2"],
    ],
    ["knows a version by its start", { params: { name: "a1=1.2*" }, facts: [pkg("a1", "1.2.3-4")] }, []],
    [
      "upgrades to the candidate",
      { params: { name: "a1", state: "latest" }, facts: [pkg("a1", "1"), candidate("a1", "2")] },
      ["install or upgrade a1"],
    ],
    [
      "leaves the newest",
      { params: { name: "a1", state: "latest" }, facts: [pkg("a1", "2"), candidate("a1", "2")] },
      [],
    ],
    [
      "leaves a held one",
      {
        params: { name: "a1", state: "latest" },
        facts: [pkg("a1", "1", { held: true }), candidate("a1", "2")],
      },
      [],
    ],
    [
      "removes what is there",
      { params: { name: ["a1", "b1"], state: "absent" }, facts: [pkg("a1", "1"), pkg("b1")] },
      ["remove a1"],
    ],
    [
      "leaves configuration files of removed ones",
      { params: { name: "a1", state: "absent" }, facts: [pkg("a1", undefined, { status: "config-files" })] },
      [],
    ],
    [
      "unless they are to be purged",
      {
        params: { name: "a1", state: "absent", purge: true },
        facts: [pkg("a1", undefined, { status: "config-files" })],
      },
      ["purge a1"],
    ],
    [
      "fetches old lists when nothing else is asked",
      { params: { update_cache: true, cache_valid_time: 60 }, facts: [lists(100)] },
      ["fetch the lists of packages"],
    ],
    ["leaves fresh ones", { params: { cache_valid_time: 600 }, facts: [lists(100)] }, []],
    [
      "fetches them always without cache_valid_time",
      { params: { update_cache: true }, facts: [lists(0)] },
      ["fetch the lists of packages"],
    ],
    [
      "fetches lists that are not there",
      { params: { cache_valid_time: 600 }, facts: [lists(1, false)] },
      ["fetch the lists of packages"],
    ],
    [
      "does not fetch lists for what is installed",
      { params: { name: "a1", update_cache: true }, facts: [pkg("a1", "1"), lists(1e6)] },
      [],
    ],
    [
      "tells only afterwards what the newest was",
      {
        params: { name: "a1", state: "latest", update_cache: true },
        facts: [pkg("a1", "1"), candidate("a1", "1"), lists(1)],
      },
      ["run: fetch the lists of packages, install or upgrade a1 (ok)"],
    ],
    [
      "says in check mode what apt never heard of",
      {
        params: { name: "a1" },
        context: checking,
        facts: [pkg("a1"), candidate("a1", undefined, false), lists(1)],
      },
      ["fail: apt knows no package a1"],
    ],
    [
      "but not when the lists would be fetched first",
      {
        params: { name: "a1", update_cache: true },
        context: checking,
        facts: [pkg("a1"), candidate("a1", undefined, false), lists(1)],
      },
      ["install a1"],
    ],
    [
      "nor when something before may bring it",
      {
        params: { name: "a1" },
        context: checking,
        facts: [pkg("a1"), candidate("a1", undefined, false), lists(1)],
        uncertain: [aptCandidate("a1")],
      },
      ["install a1"],
    ],
  ];
  for (const [title, planning, expected] of cases) {
    it(title, () => assert.deepEqual(outcome(planned({ module: "apt", ...planning })), expected));
  }

  it("fetches lists first where it is told to, in the same call", () => {
    const script = scriptOf(
      planned({
        module: "apt",
        params: { name: "a1", cache_valid_time: 60, install_recommends: false },
        facts: [pkg("a1"), lists(100)],
      }),
    );
    assert.match(script, /\napt_update\napt_do install -- a1$/);
    assert.match(script, /-o APT::Install-Recommends=false/);
  });

  it("upgrades the host as Ansible's words for it ask, and cleans up", () => {
    const calls = (params: Record<string, unknown>) => {
      const plan = planned({ module: "apt", params, facts: [] });
      return plan.kind === "run"
        ? plan.script.split("\n").filter((line) => /^apt_do [a-z]|^apt_update$/.test(line))
        : plan.kind;
    };
    assert.deepEqual(calls({ upgrade: "dist" }), ["apt_do dist-upgrade"]);
    assert.deepEqual(calls({ upgrade: true, autoremove: true }), [
      "apt_do upgrade --with-new-pkgs --auto-remove",
    ]);
    assert.deepEqual(calls({ autoclean: true }), ["apt_do autoclean"]);
    assert.equal(calls({ upgrade: "no" }), "changes");
    const plan = planned({ module: "apt", params: { upgrade: "full" }, facts: [] });
    const said = (text: string) =>
      plan.kind === "run" &&
      plan.interpret({ status: 0, stdout: Buffer.from(text), stderr: Buffer.alloc(0) }).changed;
    assert.equal(said("0 upgraded, 0 newly installed, 0 to remove and 3 not upgraded.\n"), false);
    assert.equal(said("2 upgraded, 0 newly installed, 0 to remove and 0 not upgraded.\n"), true);
  });

  it("keeps services from starting only where it is told to", () => {
    const facts = [pkg("a1")];
    assert.match(
      scriptOf(planned({ module: "apt", params: { name: "a1", policy_rc_d: 101 }, facts })),
      /exit %s\\n' "\$mark" \$\$ 101 >"\$policy"/,
    );
    assert.doesNotMatch(scriptOf(planned({ module: "apt", params: { name: "a1" }, facts })), /policy-rc/);
  });

  it("foresees the package and leaves everything else open", () => {
    const plan = planned({ module: "apt", params: { name: "a1" }, facts: [pkg("a1")] });
    assert.equal(plan.kind === "changes" && plan.changes[0]?.touches, "everything");
    assert.deepEqual(plan.kind === "changes" && plan.changes[0]?.after.map(({ fact }) => fact.key), [
      "package:a1",
    ]);
  });
});
