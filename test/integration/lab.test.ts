// The lab keeps its own promises: the other integration tests stand on them.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../lab/command.ts";
import { type Host, type Lab, openLab } from "../lab/index.ts";

describe("a lab", () => {
  let lab: Lab;
  let host: Host;

  before(async function () {
    // The base image may have to be built first.
    this.timeout(600_000);
    lab = await openLab({ name: "lab-test" });
    host = await lab.host("relay.example");
  });

  after(() => lab?.down());

  describe("gives a host that", () => {
    it("runs systemd with nothing failed", async () => {
      assert.equal((await host.must("systemctl is-system-running")).trim(), "running");
    });

    it("lets root in by ssh with strict host key checking", async () => {
      const { stdout, stderr, status } = await host.ssh("id -un; hostname -f");
      assert.deepEqual(
        { stdout, stderr, status },
        { stdout: "root\nrelay.example\n", stderr: "", status: 0 },
      );
    });

    it("is not believed when its key is another one", async () => {
      const wrong = join(lab.directory, "wrong_known_hosts");
      const otherKey = await readFile(`${host.identity}.pub`, "utf8");
      await writeFile(wrong, `${host.address} ${otherKey}`);
      const args = host.sshArguments.map((word) =>
        word.endsWith(host.knownHosts) ? `UserKnownHostsFile=${wrong}` : word,
      );
      const { stderr, status } = await run("ssh", ["-o", "BatchMode=yes", ...args, "true"]);
      assert.equal(status, 255);
      assert.match(stderr, /HOST IDENTIFICATION HAS CHANGED/);
    });

    it("has no Python", async () => {
      assert.notEqual((await host.exec("command -v python3 || command -v python")).status, 0);
    });

    it("knows its own name without DNS, and other hosts by it", async () => {
      const other = await lab.host("other.example");
      assert.match(
        await host.must("grep relay.example /etc/hosts"),
        new RegExp(`^${host.address} relay.example relay$`, "m"),
      );
      assert.match(await host.must("getent ahostsv4 other.example"), new RegExp(`^${other.address} `));
      assert.equal((await host.ssh("echo >/dev/tcp/other.example/22 && echo open")).stdout, "open\n");
      assert.equal(await host.must("readlink /etc/resolv.conf || echo plain file"), "plain file\n");
    });

    it("gives back exit status, both outputs and what was put in", async () => {
      const outcome = await host.exec("cat; echo oops >&2; exit 7", { input: "in\n" });
      assert.deepEqual(outcome, { stdout: "in\n", stderr: "oops\n", status: 7 });
    });

    it("installs packages through the cache, and keeps its disk over a reboot", async function () {
      this.timeout(300_000);
      await host.must("apt-get -q update && apt-get -q -y install --no-install-recommends tree");
      const cached = await run("find", [join(lab.directory, "../packages"), "-name", "tree_*.deb"]);
      assert.match(cached.stdout, /\/tree_[^/]+\.deb\n$/);
      await host.reboot();
      assert.match(await host.must("tree --version"), /tree v/);
      assert.equal((await host.must("systemctl is-system-running")).trim(), "running");
    });

    it("is empty again after a reset, and still known by the same key", async () => {
      const started = Date.now();
      await host.reset();
      const { stdout, status } = await host.ssh("command -v tree || echo gone");
      assert.deepEqual({ stdout, status }, { stdout: "gone\n", status: 0 });
      assert.ok(Date.now() - started < 20_000, "a reset takes seconds");
    });

    it("can be rebooted and reset while commands run on it", async () => {
      const busy = host.exec("while :; do sleep 0.01; done");
      await host.reboot();
      assert.notEqual((await busy).status, 0);
      const busyAgain = host.exec("sleep 1000");
      await host.reset();
      assert.notEqual((await busyAgain).status, 0);
    });
  });

  it("starts hosts from the frozen disk of another, each with its own name and keys", async () => {
    await host.must("echo prepared >/root/note");
    const snapshot = await host.snapshot("prepared");
    await host.must("echo changed >/root/note");
    const second = await lab.host("second.example", { snapshot });
    assert.equal(await second.must("cat /root/note; hostname"), "prepared\nsecond.example\n");
    assert.equal((await second.ssh("true")).status, 0);
    await host.reset();
    assert.equal(await host.must("cat /root/note"), "prepared\n");
    const keys = await Promise.all(
      [host, second].map((each) => each.must("cat /etc/ssh/ssh_host_ed25519_key.pub /etc/machine-id")),
    );
    assert.notEqual(keys[0], keys[1]);
    await second.down();
    const again = await lab.host("second.example");
    assert.equal(await again.must("ls /root"), "");
    assert.equal((await again.ssh("true")).status, 0);
  });

  it("boots several hosts at once", async () => {
    const names = ["a.example", "b.example", "c.example"];
    const hosts = await Promise.all(names.map((name) => lab.host(name)));
    assert.equal(new Set(hosts.map(({ address }) => address)).size, 3);
    for (const each of hosts) assert.equal((await each.ssh("hostname")).stdout, `${each.name}\n`);
  });

  it("lives beside another one with a host of the same name", async () => {
    const other = await openLab({ name: "lab-test" });
    try {
      const twin = await other.host("relay.example");
      assert.notEqual(twin.address, host.address);
      await twin.must("touch /root/only-here");
      assert.equal((await host.exec("test -e /root/only-here")).status, 1);
      assert.equal((await twin.ssh("hostname")).stdout, "relay.example\n");
    } finally {
      await other.down();
    }
    assert.equal((await host.ssh("true")).status, 0, "the first lab is as it was");
  });

  it("leaves nothing when it is taken down", async () => {
    const other = await openLab({ name: "lab-test" });
    const { bridge } = JSON.parse(await readFile(join(other.directory, "lab.json"), "utf8")) as {
      bridge: string;
    };
    await other.host("gone.example");
    const traces = async () => [
      (await run("ip", ["-o", "link"])).stdout.includes(bridge),
      (await run("ip", ["netns"])).stdout.includes(bridge),
      (await run("nft", ["list", "tables"])).stdout.includes(bridge),
      (await run("find", ["/sys/fs/cgroup", "-name", `*${bridge}*`])).stdout.includes(bridge),
      (await run("pgrep", ["-f", bridge])).status === 0,
      (await readFile("/proc/mounts", "utf8")).includes(bridge),
      existsSync(other.directory),
    ];
    assert.deepEqual(await traces(), [true, true, true, true, true, true, true]);
    await other.down();
    assert.deepEqual(await traces(), [false, false, false, false, false, false, false]);
  });
});

describe("a lab whose process was killed", () => {
  it("is swept away by the next one that opens", async function () {
    this.timeout(60_000);
    const script = `
      import { openLab } from "./test/lab/index.ts";
      const lab = await openLab({ name: "lab-killed" });
      await lab.host("left.example");
      console.log(lab.directory);
      process.kill(process.pid, "SIGKILL");`;
    const { stdout, status } = await run("node", [
      "--import",
      "tsx",
      "--input-type=module",
      "--eval",
      script,
    ]);
    assert.equal(status, 137);
    const directory = stdout.trim();
    assert.ok(existsSync(directory));
    const next = await openLab({ name: "lab-test" });
    await next.down();
    assert.ok(!existsSync(directory));
  });
});
