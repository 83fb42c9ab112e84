// Modules that need root, on a real host: what --check announces is what the run does, and a second run
// finds nothing to do.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Host, type Lab, openLab } from "../lab/index.ts";
import { likeAnsible } from "./modules/like-ansible.ts";
import { packages } from "./modules/packages.ts";

const program = fileURLToPath(new URL("../../runner/bin.mjs", import.meta.url));
const UNIT = "[Service]\nExecStart=/bin/sleep 1000\n[Install]\nWantedBy=multi-user.target\n";

type Task = Readonly<Record<string, unknown>>;

/** Each changes a bare host when it is first run, and nothing later. */
const tasks: readonly Task[] = [
  {
    apt: {
      name: ["tree", "bc"],
      install_recommends: false,
      update_cache: true,
      cache_valid_time: 3600,
      policy_rc_d: 101,
    },
  },
  { group: { name: "mailers", gid: 4242 } },
  { group: { name: "others", system: true } },
  {
    user: {
      name: "vm",
      group: "mailers",
      groups: ["others"],
      shell: "/bin/sh",
      home: "/srv/deep/vm",
      comment: "it's mail",
    },
  },
  { user: { name: "daemon1", system: true, create_home: false, home: "/nonexistent", password: "*" } },
  { file: { path: "/srv/data/x/y", state: "directory", owner: "vm", group: "mailers", mode: "2750" } },
  { copy: { content: "secret\n", dest: "/srv/data/x/y/f", owner: "vm", mode: "0600" } },
  { file: { path: "/srv/link", state: "link", src: "data/x/y/f" } },
  {
    copy: {
      src: "tree/",
      dest: "/srv/copied",
      owner: "vm",
      group: "others",
      mode: "0640",
      directory_mode: "0750",
    },
  },
  {
    tree: {
      src: "tree",
      dest: "/srv/brought",
      owner: "vm",
      group: "others",
      mode: "0640",
      directory_mode: "0750",
      delete: true,
    },
  },
  { template: { src: "demo.service.j2", dest: "/etc/systemd/system/demo.service", mode: "0644" } },
  { systemd: { name: "demo", state: "started", enabled: true, daemon_reload: true } },
  { copy: { content: UNIT, dest: "/etc/systemd/system/many@.service" } },
  { systemd: { name: "many@one", enabled: true, daemon_reload: true } },
  { lineinfile: { path: "/etc/hosts", line: "192.0.2.1 one", validate: "grep localhost %s" } },
  { blockinfile: { path: "/etc/hosts", block: "192.0.2.2 two\n192.0.2.3 three" } },
  { command: { cmd: "touch /srv/made", creates: "/srv/made" } },
  { command: { cmd: "rm /srv/made.not", removes: "/srv/copied/one", creates: "/srv/made" }, expected: "ok" },
];

interface Event {
  readonly event: string;
  readonly status?: string;
  readonly message?: string;
  readonly roundTrips?: number;
}

interface Ran {
  readonly exitCode: number;
  readonly statuses: readonly string[];
  readonly messages: readonly string[];
  readonly roundTrips: number;
}

describe("modules on a real host", function () {
  this.timeout(180_000);
  let lab: Lab;
  let host: Host;
  let directory: string;

  before(async () => {
    [lab, directory] = await Promise.all([openLab({ name: "modules" }), mkdtemp(join(tmpdir(), "modules-"))]);
    host = await lab.host("host.example");
    await mkdir(join(directory, "files/tree/sub"), { recursive: true });
    await mkdir(join(directory, "templates"));
    await writeFile(join(directory, "files/tree/one"), "one\n");
    await writeFile(join(directory, "files/tree/sub/two"), "two\n");
    await writeFile(join(directory, "templates/demo.service.j2"), UNIT);
    const hosts = { "host.example": { ansible_host: host.address, ansible_user: "root" } };
    await writeFile(join(directory, "inventory.yaml"), JSON.stringify({ all: { hosts } }));
  });

  after(async () => {
    await lab?.down();
    if (directory) await rm(directory, { recursive: true, force: true });
  });

  async function play(list: readonly Task[], ...options: readonly string[]): Promise<Ran> {
    const named = list.map(({ expected: _, ...task }, index) => ({ name: `${index}`, ...task }));
    await writeFile(
      join(directory, "play.yaml"),
      JSON.stringify([{ hosts: "all", gather_facts: false, tasks: named }]),
    );
    const own = [
      "-i",
      join(directory, "inventory.yaml"),
      "--known-hosts",
      host.knownHosts,
      "--private-key",
      host.identity,
    ];
    const child = spawn(
      process.execPath,
      [program, join(directory, "play.yaml"), ...own, "--json", ...options],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
    });
    const exitCode = await new Promise<number>((resolve) =>
      child.on("close", (code) => resolve(code ?? 128)),
    );
    const lines = text.split("\n").filter((line) => line !== "");
    const events = lines.map((line) => JSON.parse(line) as Event);
    const done = events.filter(({ event }) => event === "task");
    assert.equal(events.find(({ event }) => event === "error")?.message, undefined);
    return {
      exitCode,
      statuses: done.map(({ status }) => String(status)),
      messages: done.map(({ message }) => String(message ?? "")),
      roundTrips: Number(events.find(({ event }) => event === "recap")?.roundTrips),
    };
  }

  const failure = async (task: Task): Promise<string> => {
    const { exitCode, messages } = await play([task]);
    assert.equal(exitCode, 2, messages.join("\n"));
    return messages.join("\n");
  };

  const everything = () =>
    host.must(
      "find /etc /srv /home /usr/local /var/lib/dpkg -type f -print0 | sort -z | xargs -0 sha256sum; find /srv -printf '%p %m %u %g\\n' | sort; dpkg-query -W",
    );

  const expected = tasks.map((task) => String(task.expected ?? "changed"));

  it("announce in check mode what a bare host would get, and leave it as it is", async () => {
    const before = await everything();
    const { exitCode, statuses, messages } = await play(tasks, "--check");
    assert.equal(exitCode, 0, messages.join("\n"));
    // What creates and removes name may come with a package: then the command may run.
    assert.deepEqual(statuses.slice(0, -1), expected.slice(0, -1), messages.join("\n"));
    assert.equal(await everything(), before);
  });

  it("do it, and then find nothing to do, in one round trip and one for the commands", async () => {
    const first = await play(tasks);
    assert.deepEqual([first.exitCode, first.statuses], [0, expected], first.messages.join("\n"));
    const second = await play(tasks);
    assert.deepEqual(
      second.statuses,
      tasks.map(() => "ok"),
      second.messages.join("\n"),
    );
    assert.ok(second.roundTrips <= 2, `${second.roundTrips} round trips`);
  });

  it("bring owners, modes and units into being as they were told", async () => {
    const stat = (path: string) => host.must(["stat", "-c", "%A %U %G", path]);
    assert.equal(await stat("/srv/data/x/y"), "drwxr-s--- vm mailers\n");
    assert.equal(await stat("/srv/data/x/y/f"), "-rw------- vm mailers\n");
    assert.equal(await stat("/srv/brought/sub/two"), "-rw-r----- vm others\n");
    assert.equal(await stat("/srv/deep/vm"), "drwxr-xr-x vm mailers\n");
    assert.equal(
      await host.must("systemctl is-active demo; systemctl is-enabled demo many@one"),
      "active\nenabled\nenabled\n",
    );
    assert.match(await host.must("getent shadow daemon1"), /^daemon1:\*:/);
    assert.equal((await host.exec("ls /usr/sbin/policy-rc.d")).status, 2);
    assert.equal(await host.must("find / -xdev -name '.chatmail-play.*'"), "");
  });

  it("restart a unit of which the file has changed with the new file", async () => {
    const changed = [
      { copy: { content: UNIT.replace("1000", "2000"), dest: "/etc/systemd/system/demo.service" } },
      { systemd: { name: "demo", state: "restarted", daemon_reload: true } },
    ];
    assert.deepEqual((await play(changed)).statuses, ["changed", "changed"]);
    assert.match(await host.must("systemctl show -p ExecStart demo"), /sleep 2000/);
    assert.deepEqual((await play([{ systemd: { name: "demo", daemon_reload: true } }])).statuses, ["ok"]);
  });

  it("say in a unit's own words why it does not start", async () => {
    const unit = "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo my own words; exit 7'\n";
    await play([{ copy: { content: unit, dest: "/etc/systemd/system/bad.service" } }]);
    const job = await failure({ systemd: { name: "bad", state: "started" } });
    assert.match(job, /my own words/);
    // systemd is content with having begun it. How soon it sees the end is its own affair: mostly at once.
    const simple = unit.replace("Type=oneshot\n", "");
    await play([{ copy: { content: simple, dest: "/etc/systemd/system/bad.service" } }]);
    let told = "";
    for (let tries = 0; tries < 20 && told === ""; tries++) {
      const task = { systemd: { name: "bad", state: "restarted", daemon_reload: true } };
      const { exitCode, messages } = await play([task]);
      if (exitCode === 2) told = messages.join("\n");
    }
    assert.match(told, /bad\.service was told to (re)?start, and failed/);
    assert.match(told, /my own words/);
  });

  packages(() => ({ host, play, failure }));
  describe("mean what they mean to Ansible", () => likeAnsible(() => lab));
});
