// Hosts in trouble: each run ends with the cause and the remedy, or goes on as soon as it can, and nothing is half-done.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../lab/index.ts";
import { play, start } from "./command.ts";
import { randomFrom, seed } from "./random.ts";
import { reach } from "./site.ts";

interface Trouble {
  readonly what: string;
  /** Shell on the host: makes the trouble, and ends it. */
  readonly make: string;
  readonly end: string;
  readonly task: string;
  readonly says: RegExp;
}

const WRITE = "copy: { dest: DIR/file, content: \"{{ 'x' * 100000 }}\" }";
const UPDATE = "apt: { update_cache: true }";
const REMOVE = "apt: { name: spare, state: absent }";
const FULL = /No space left on device[\s\S]*\nthe disk of the host is full: `df -h`/;

/** Makes a package, whose installation ends with a command. */
const packageOf = (name: string, ending = "exit 0"): string =>
  `mkdir -p DIR/${name}/DEBIAN && cd DIR/${name}/DEBIAN && printf '#!/bin/sh\\n${ending}\\n' >postinst && chmod 755 postinst &&
  printf 'Package: ${name}\\nVersion: 1\\nArchitecture: all\\nMaintainer: nobody\\nDescription: none\\n' >control &&
  dpkg-deb -b DIR/${name} DIR/${name}.deb >/dev/null`;

/** A clock that only apt goes by; in a lab it need not look at the mirror's. */
const clock = (date: string): Pick<Trouble, "make" | "end" | "task"> => ({
  make: `apt-get -q -y install faketime >/dev/null
    printf '#!/bin/sh\\nexec faketime ${date} /usr/bin/apt-get -o Acquire::Check-Date=true -o Acquire::Check-Valid-Until=true "$@"\\n' >/usr/local/sbin/apt-get
    chmod 755 /usr/local/sbin/apt-get`,
  end: "rm /usr/local/sbin/apt-get",
  task: UPDATE,
});

const TROUBLES: readonly Trouble[] = [
  {
    what: "a full disk that a command meets",
    make: "mount -t tmpfs -o size=64k none DIR",
    end: "umount DIR",
    task: "shell: head -c 100000 /dev/zero >DIR/file",
    says: /^non-zero return code\nthe disk of the host is full: `df -h`/,
  },
  {
    what: "a read-only file system that a script meets",
    make: "mount -t tmpfs -o ro none DIR",
    end: "umount DIR",
    task: "raw: touch DIR/file",
    says: /^non-zero return code\nthe file system is mounted read-only/,
  },
  {
    what: "a full disk",
    make: "mount -t tmpfs -o size=64k none DIR",
    end: "umount DIR",
    task: WRITE,
    says: FULL,
  },
  {
    what: "no room for what is kept of the run",
    make: "mkdir -p /var/lib/chatmail-play DIR && mount -t tmpfs -o size=64k none /var/lib/chatmail-play && head -c 100000 /dev/zero >DIR/file",
    end: "umount /var/lib/chatmail-play",
    task: WRITE,
    says: FULL,
  },
  {
    what: "a file system that is mounted read-only",
    make: "mount -t tmpfs -o ro none DIR",
    end: "umount DIR",
    task: WRITE,
    says: /Read-only file system[\s\S]*\nthe file system is mounted read-only.*`dmesg` says why/,
  },
  {
    what: "a clock that is slow",
    ...clock("2020-01-01"),
    says: /is not valid yet[\s\S]*\nthe clock of the host is slow: compare `date`/,
  },
  {
    what: "a clock that is fast",
    ...clock("2035-01-01"),
    says: /EXPKEYSIG[\s\S]*\nthe clock of the host is fast, or the mirror is no longer kept up/,
  },
  {
    what: "a mirror that cannot be reached",
    make: `echo 'Acquire::http::Proxy "http://127.0.0.1:9"; Acquire::Retries 0;' >/etc/apt/apt.conf.d/99trouble`,
    end: "rm /etc/apt/apt.conf.d/99trouble",
    task: UPDATE,
    says: /Could not connect to 127.0.0.1:9[\s\S]*\nthe host cannot reach its mirror: look at its network, at its proxy/,
  },
  {
    what: "a package that is only half configured",
    make: `${packageOf("halfway", "exit 7")} && ! dpkg -i DIR/halfway.deb 2>/dev/null && ${packageOf("spare")} && dpkg -i DIR/spare.deb`,
    end: "dpkg --purge --force-all halfway spare",
    task: REMOVE,
    says: /halfway[\s\S]*\na package is only half configured: `dpkg --configure -a`/,
  },
];

export function troubles(host: () => Host): void {
  let args: (task: string, more?: Readonly<Record<string, unknown>>) => Promise<string[]>;
  const DIRECTORY = "/srv/trouble";

  before(async () => {
    const directory = await mkdtemp(join(tmpdir(), "runner-"));
    await host().must(`mkdir -p ${DIRECTORY}`);
    args = async (task, more = {}) => {
      const inventory = join(directory, "inventory.yaml");
      await writeFile(
        inventory,
        JSON.stringify({ all: { hosts: { [host().name]: { ...reach(host()), ...more } } } }),
      );
      await writeFile(
        join(directory, "trouble.yaml"),
        `- hosts: all\n  gather_facts: false\n  on_failure: restore\n  tasks:\n    - name: Change something\n      ${task}\n`,
      );
      return [join(directory, "trouble.yaml"), "-i", inventory];
    };
  });

  for (const { what, make, end, task, says } of TROUBLES) {
    it(`${what}: the run says so, and what to do`, async () => {
      const placed = (text: string) => text.replaceAll("DIR", DIRECTORY);
      await host().must(placed(make));
      try {
        const run = await play(await args(placed(task)));
        assert.equal(run.exitCode, 2, run.trouble);
        assert.match(`${run.events.find(({ status }) => status === "failed")?.message}`, says);
        const left = await host().must(`find ${DIRECTORY} -name '.chatmail-play*'`);
        assert.equal(left, "");
      } finally {
        await host().must(`${placed(end)}; rm -rf ${DIRECTORY}/*`);
      }
    });
  }

  it("another apt at work is waited for, which the run tells", async () => {
    // fcntl(2)'s lock, as apt takes it; given up when the run's apt has begun to wait.
    const hold = `use Fcntl; open($f, "+>", "/var/lib/dpkg/lock-frontend"); $lock = pack("s s x4 q q i x4", F_WRLCK, 0, 0, 0, 0); fcntl($f, F_SETLK, $lock) or die; open($ready, ">", "/run/held"); sleep 100`;
    const spare = packageOf("spare").replaceAll("DIR", DIRECTORY);
    await host().must(
      `${spare} && dpkg -i ${DIRECTORY}/spare.deb && systemd-run --quiet --collect --unit=holder perl -e '${hold}' && until [ -e /run/held ]; do sleep 0.05; done`,
    );
    const running = start(await args(REMOVE));
    await host().must(
      "for try in $(seq 600); do grep -qs 'Lock::Timeout=[1-9]' /proc/[0-9]*/cmdline && break; sleep 0.1; done; systemctl stop holder",
    );
    const run = await running.ended;
    await host().must(`rm -r ${DIRECTORY}/* /run/held`);
    assert.equal(run.exitCode, 0, run.trouble);
    assert.match(JSON.stringify(run.events), /another apt or dpkg was at work, and was waited for/);
  });

  it(`a connection that breaks at random places is told as that, and the next run makes it up (seed ${seed})`, async function () {
    this.timeout(60_000);
    const random = randomFrom(seed);
    let left = 0;
    const ends = new Set<Socket>();
    const relay = createServer((near) => {
      const far = connect(host().sshPort, host().address);
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        ends.add(one);
        one.on("error", () => {});
        one.on("close", () => other.destroy());
        one.on("data", (bytes) => {
          left -= bytes.length;
          if (left < 0) near.resetAndDestroy();
          else other.write(bytes);
        });
      }
    }).listen(0, "127.0.0.1");
    await once(relay, "listening");
    const { port } = relay.address() as { port: number };
    const through = { ansible_host: "127.0.0.1", ansible_port: port };
    const known = (await host().must("cat /etc/ssh/ssh_host_ed25519_key.pub"))
      .split(" ")
      .slice(0, 2)
      .join(" ");
    const file = join(await mkdtemp(join(tmpdir(), "runner-")), "known_hosts");
    await writeFile(file, `[127.0.0.1]:${port} ${known}\n`);
    try {
      for (let time = 0; time < 4; time++) {
        left = 1500 + Math.floor(random() * 12_000);
        const run = await play(
          await args(WRITE.replaceAll("DIR", DIRECTORY), { ...through, ansible_known_hosts_file: file }),
        );
        if (run.exitCode === 0) continue;
        assert.equal(run.exitCode, 4, run.trouble);
        const { message = "" } =
          run.events.find(({ event, status }) => event === "error" || status === "unreachable") ?? {};
        assert.match(
          message,
          /closed the connection|ECONNRESET|connection was lost|shell of .* ended/i,
          run.trouble,
        );
      }
    } finally {
      relay.close();
      for (const end of ends) end.destroy();
    }
    const next = await play(await args(WRITE.replaceAll("DIR", DIRECTORY)));
    assert.equal(next.exitCode, 0, next.trouble);
    assert.equal(await host().must(`ls -A ${DIRECTORY}`), "file\n");
  });
}
