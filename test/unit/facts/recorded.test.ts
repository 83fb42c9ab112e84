import assert from "node:assert/strict";
import type { Fact } from "../../../runner/facts/fact.ts";
import {
  aptCandidate,
  aptLists,
  machineFacts,
  packageState,
  pathState,
  unitState,
  userAccount,
} from "../../../runner/facts/index.ts";

/** What a kind of fact reads out of a recorded reply. */
function read<Answer>(reply: string, ...facts: readonly Fact<Answer>[]): readonly Answer[] {
  const [first] = facts as readonly [Fact<Answer>];
  return first.kind.parse(
    Buffer.from(reply),
    facts.map(({ ask }) => ask),
  );
}

describe("dpkg-query's replies", () => {
  const known = [
    "nginx\tamd64\t1.22.1-9+deb12u3\tinstall\tinstalled",
    "postfix\tamd64\t3.7.11-0+deb12u1\tinstall\thalf-configured",
    "unbound\tamd64\t\tdeinstall\tconfig-files",
    "linux-image\tamd64\t6.1\thold\tinstalled",
    "libc6\ti386\t2.36\tinstall\tinstalled",
    "libc6\tamd64\t2.36-9\tinstall\tinstalled",
    "man-db\tamd64\t2.11\tinstall\ttriggers-pending",
    "",
  ].join("\n");

  it("tell installed packages from half-configured and removed ones", () => {
    const names = ["nginx", "postfix", "unbound", "linux-image", "man-db", "none"];
    const states = read(known, ...names.map((name) => packageState(name)));
    assert.deepEqual(
      states.map(({ installed, status, version, held }) => [installed, status, version, held]),
      [
        [true, "installed", "1.22.1-9+deb12u3", false],
        [false, "half-configured", "3.7.11-0+deb12u1", false],
        [false, "config-files", undefined, false],
        [true, "installed", "6.1", true],
        [true, "triggers-pending", "2.11", false],
        [false, "not-installed", undefined, false],
      ],
    );
  });

  it("tell architectures apart when they are named", () => {
    const [i386] = read(known, packageState("libc6:i386"));
    assert.equal(i386?.version, "2.36");
  });

  it("tell which installed package stands for a virtual one", () => {
    const reply =
      "\ninstalled\tpostfix\tmail-transport-agent, default-mta (= 1.0)\nconfig-files\texim4\tmail-transport-agent\n";
    const [agent, mta, other] = read(
      reply,
      packageState("mail-transport-agent"),
      packageState("default-mta"),
      packageState("mail"),
    );
    assert.deepEqual([agent?.providedBy, mta?.providedBy, other?.providedBy], [["postfix"], ["postfix"], []]);
    assert.equal(agent?.installed, false);
  });
});

describe("apt's replies", () => {
  it("tell candidates, and packages that there is none of", () => {
    const reply = `nginx:
  Installed: 1.22.1-9
  Candidate: 1.22.1-9+deb12u3
  Version table:
 *** 1.22.1-9 100
        100 /var/lib/dpkg/status
gone:
  Installed: (none)
  Candidate: (none)
  Version table:
`;
    assert.deepEqual(read(reply, aptCandidate("nginx"), aptCandidate("gone"), aptCandidate("unknown")), [
      { known: true, version: "1.22.1-9+deb12u3" },
      { known: true, version: undefined },
      { known: false, version: undefined },
    ]);
  });

  it("tell the age of the lists by the newer of two marks", () => {
    assert.deepEqual(read("1\n1000\n400\n900\n", aptLists()), [{ present: true, age: 100, updated: 900 }]);
    assert.deepEqual(read("0\n1000\n", aptLists()), [{ present: false, age: 1000, updated: 0 }]);
    assert.throws(() => read("0\n", aptLists()), /does not tell the time/);
  });
});

describe("systemctl's replies", () => {
  const block = (load: string, active: string, sub: string, file: string, reload: string) =>
    `LoadState=${load}\nActiveState=${active}\nSubState=${sub}\nUnitFileState=${file}\nNeedDaemonReload=${reload}\n`;

  it("tell units in the order in which they were asked, missing ones too", () => {
    const reply = [
      block("loaded", "active", "running", "enabled", "no"),
      block("not-found", "inactive", "dead", "", "no"),
      block("loaded", "failed", "failed", "disabled", "yes"),
    ].join("\n");
    const states = read(reply, unitState("nginx"), unitState("no@x"), unitState("a.timer"));
    assert.deepEqual(
      states.map(({ load, active, file, needsReload }) => [load, active, file, needsReload]),
      [
        ["loaded", "active", "enabled", false],
        ["not-found", "inactive", "", false],
        ["loaded", "failed", "disabled", true],
      ],
    );
  });

  it("leave out names that systemctl would not take, and answer for them", () => {
    const facts = [unitState("postfix@"), unitState("nginx"), unitState("bad name")];
    assert.match(facts[0]?.kind.script(facts.map(({ ask }) => ask)) ?? "", /-- nginx\.service 2>/);
    const states = read(block("loaded", "active", "running", "enabled", "no"), ...facts);
    assert.deepEqual(
      states.map(({ load }) => load),
      ["template", "loaded", "invalid"],
    );
  });

  it("say so when systemd does not answer", () => {
    assert.deepEqual(
      read("", unitState("nginx"), unitState("x")).map(({ load }) => load),
      ["unavailable", "unavailable"],
    );
  });
});

describe("getent's replies", () => {
  it("tell a user with groups, home and password", () => {
    const reply = `y:vmail:x:999:998:Mail, all of it:/home/vmail:/usr/sbin/nologin
n:www-data:x:33:33::/var/www:

vmail:!:19000::::::
www-data:*:19000::::::

root:x:0:
vmail:x:998:
ssl-cert:x:110:vmail,www-data
adm:x:4:vmail
www-data:x:33:
`;
    const [vmail, www, none] = read(
      reply,
      userAccount("vmail"),
      userAccount("www-data"),
      userAccount("none"),
    );
    assert.deepEqual(vmail, {
      name: "vmail",
      uid: 999,
      gid: 998,
      group: "vmail",
      groups: ["adm", "ssl-cert"],
      comment: "Mail, all of it",
      home: "/home/vmail",
      homeExists: true,
      shell: "/usr/sbin/nologin",
      passwordHash: "!",
    });
    assert.deepEqual([www?.homeExists, www?.shell, www?.passwordHash], [false, "", "*"]);
    assert.equal(none, undefined);
  });
});

describe("a reply that breaks off", () => {
  it("is noticed", () => {
    assert.throws(() => read("e\0p\0/a\0f\0", pathState("/a")), /breaks off/);
    assert.throws(() => read("e\0p\0/a", pathState("/a")), /breaks off/);
  });
});

describe("facts about the machine", () => {
  const fields = {
    release:
      'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n',
    debian: "12.11\n",
    system: "Linux\n6.1.0-37-amd64\nx86_64\nrelay\n",
    fqdn: "relay.example.org\n",
    processors:
      "processor\t: 0\nphysical id\t: 0\ncpu cores\t: 2\nprocessor\t: 1\nphysical id\t: 0\ncpu cores\t: 2\n",
    memory: "MemTotal:        2014476 kB\nMemFree:          409600 kB\nSwapTotal:             0 kB\n",
    user: "0\n0\nroot\nroot:x:0:0:root:/root:/bin/bash\n",
    tools: "apt\nsystemd\n",
    addresses: `1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever
2: eth0    inet 198.51.100.7/24 brd 198.51.100.255 scope global eth0\\       valid_lft forever
2: eth0    inet6 2001:db8::7/64 scope global \\       valid_lft forever
`,
    links:
      "2: eth0@if5: <BROADCAST> mtu 1500 qdisc noqueue state UP mode DEFAULT\\    link/ether 02:00:00:00:00:07 brd ff:ff:ff:ff:ff:ff\n",
    route4: "192.88.99.1 via 198.51.100.1 dev eth0 src 198.51.100.7 uid 0 \\    cache\n",
    route6: "2000::1 from :: via fe80::1 dev eth0 proto ra src 2001:db8::7 metric 1024 pref medium\n",
    date: "1769860805.123456789 2026 01 31 13 00 05 Saturday 6 04 CET +0100\n",
    environment: "HOME=/root\nPATH=/usr/bin:/bin\n",
    other: "0123456789abcdef\nsystemd\n1234.56 2000.00\n",
  };
  const facts = (changed: Partial<typeof fields> = {}) =>
    read(
      Object.values({ ...fields, ...changed })
        .map((field) => `${field}\0`)
        .join(""),
      machineFacts(),
    )[0] as Record<string, unknown>;

  it("have Ansible's names and forms", () => {
    assert.deepEqual(facts(), {
      ansible_system: "Linux",
      ansible_kernel: "6.1.0-37-amd64",
      ansible_architecture: "x86_64",
      ansible_machine: "x86_64",
      ansible_nodename: "relay",
      ansible_hostname: "relay",
      ansible_fqdn: "relay.example.org",
      ansible_domain: "example.org",
      ansible_distribution: "Debian",
      ansible_distribution_version: "12.11",
      ansible_distribution_major_version: "12",
      ansible_distribution_release: "bookworm",
      ansible_os_family: "Debian",
      ansible_pkg_mgr: "apt",
      ansible_service_mgr: "systemd",
      ansible_processor_vcpus: 2,
      ansible_processor_nproc: 2,
      ansible_processor_count: 1,
      ansible_processor_cores: 2,
      ansible_memtotal_mb: 1967,
      ansible_memfree_mb: 400,
      ansible_uptime_seconds: 1234,
      ansible_machine_id: "0123456789abcdef",
      ansible_env: { HOME: "/root", PATH: "/usr/bin:/bin" },
      ansible_lsb: {
        id: "Debian",
        codename: "bookworm",
        release: "12",
        major_release: "12",
        description: "Debian GNU/Linux 12 (bookworm)",
      },
      ansible_date_time: {
        year: "2026",
        month: "01",
        day: "31",
        hour: "13",
        minute: "00",
        second: "05",
        weekday: "Saturday",
        weekday_number: "6",
        weeknumber: "04",
        date: "2026-01-31",
        time: "13:00:05",
        epoch: "1769860805",
        epoch_int: "1769860805",
        iso8601: "2026-01-31T12:00:05Z",
        iso8601_micro: "2026-01-31T12:00:05.123456Z",
        iso8601_basic: "20260131T130005123456",
        iso8601_basic_short: "20260131T130005",
        tz: "CET",
        tz_offset: "+0100",
      },
      ansible_swaptotal_mb: 0,
      ansible_user_id: "root",
      ansible_user_uid: 0,
      ansible_user_gid: 0,
      ansible_user_dir: "/root",
      ansible_user_gecos: "root",
      ansible_user_shell: "/bin/bash",
      ansible_all_ipv4_addresses: ["198.51.100.7"],
      ansible_all_ipv6_addresses: ["2001:db8::7"],
      ansible_interfaces: ["lo", "eth0"],
      ansible_default_ipv4: {
        address: "198.51.100.7",
        interface: "eth0",
        gateway: "198.51.100.1",
        netmask: "255.255.255.0",
        network: "198.51.100.0",
        broadcast: "198.51.100.255",
        prefix: "24",
        mtu: 1500,
        macaddress: "02:00:00:00:00:07",
        type: "ether",
      },
      ansible_default_ipv6: {
        address: "2001:db8::7",
        interface: "eth0",
        gateway: "fe80::1",
        scope: "global",
        prefix: "64",
        mtu: 1500,
        macaddress: "02:00:00:00:00:07",
        type: "ether",
      },
    });
  });

  it("leave out what a host does not tell", () => {
    const bare = facts({
      release: "",
      debian: "",
      addresses: "",
      links: "",
      route4: "",
      route6: "",
      fqdn: "",
      memory: "",
      tools: "",
    });
    assert.deepEqual([bare.ansible_fqdn, bare.ansible_domain, bare.ansible_default_ipv4], ["relay", "", {}]);
    assert.ok(
      !("ansible_distribution" in bare) && !("ansible_memtotal_mb" in bare) && !("ansible_pkg_mgr" in bare),
    );
  });

  it("know Ubuntu and Debian's testing", () => {
    const ubuntu = facts({
      release: 'ID=ubuntu\nID_LIKE=debian\nVERSION_ID="24.04"\n',
      debian: "trixie/sid\n",
    });
    assert.deepEqual(
      [ubuntu.ansible_distribution, ubuntu.ansible_distribution_version, ubuntu.ansible_os_family],
      ["Ubuntu", "24.04", "Debian"],
    );
    const testing = facts({ release: "ID=debian\n", debian: "trixie/sid\n" });
    assert.ok(!("ansible_distribution_version" in testing));
  });
});
