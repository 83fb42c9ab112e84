// Makes a bare host a relay with site.yaml, and looks at it from outside as clients, other relays and its
// operator do. The suites are in relay/.
import assert from "node:assert/strict";
import { type Lab, openLab } from "../lab/index.ts";
import { crashes } from "./relay/crashes.ts";
import { disks } from "./relay/disks.ts";
import { serveZones } from "./relay/elsewhere.ts";
import { expiry } from "./relay/expiry.ts";
import { logins } from "./relay/logins.ts";
import { metadata } from "./relay/metadata.ts";
import { NotificationServer } from "./relay/notification-server.ts";
import { port25 } from "./relay/port25.ts";
import { differences, Relay } from "./relay/relay.ts";
import { renewal } from "./relay/renewal.ts";
import { sending } from "./relay/sending.ts";
import { upkeep } from "./relay/upkeep.ts";

describe("A bare host that site.yaml has made a relay", () => {
  let lab: Lab | undefined;
  let relay: Relay;
  let notifications: NotificationServer;

  before(async function () {
    this.timeout(300_000);
    lab = await openLab({ name: "relay" });
    await serveZones(lab);
    notifications = await NotificationServer.listen(lab.gateway);
    const host = await lab.host("relay.chatmail.example");
    relay = new Relay(lab, host, { notification_url: notifications.url });
  });

  after(async () => {
    notifications?.close();
    await lab?.down();
  });

  it("A check walks to the end without touching the bare host, and the run then succeeds", async function () {
    this.timeout(300_000);
    const everything = () =>
      relay.files(["/etc", "/home", "/opt", "/root", "/srv", "/usr", "/var/lib", "/var/spool"]);
    const before = await everything();
    const check = await relay.site({}, ["--check"]);
    assert.equal(check.exitCode, 0, check.trouble);
    assert.deepEqual(differences(before, await everything()), []);
    const run = await relay.site();
    assert.equal(run.exitCode, 0, run.trouble);
    const { status } = await relay.host.exec("command -v python3 python");
    assert.notEqual(status, 0, "Python has come onto the host");
  });

  describe("Accounts and logins", () => logins(() => relay));
  describe("Sending", () => sending(() => relay));
  describe("Metadata", () =>
    metadata(
      () => relay,
      () => notifications,
    ));
  describe("Port 25", () => port25(() => relay));
  describe("What goes by itself", () => expiry(() => relay));
  describe("Renewal", () => renewal(() => relay));
  describe("Crashes", () => crashes(() => relay));
  describe("Full disks and missing directories", () => disks(() => relay));
  describe("Upkeep", () => upkeep(() => relay));
});
