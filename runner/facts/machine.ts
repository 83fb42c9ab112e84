// What kind of machine it is: the facts that playbooks know as ansible_*. A short list, with Ansible's
// names and forms; a value that the host does not tell is left out.

import { DATE, parseDate } from "./clock.ts";
import { defineFact } from "./fact.ts";
import { textFields } from "./fields.ts";
import { defaultAddress, parseAddresses } from "./network.ts";

export type MachineFacts = Readonly<Record<string, unknown>>;

/** Each part prints one field, in the order of PARTS. */
const PARTS = {
  release: "cat /etc/os-release 2>/dev/null || :",
  debian: "cat /etc/debian_version 2>/dev/null || :",
  system: "uname -s; uname -r; uname -m; uname -n",
  fqdn: "hostname -f 2>/dev/null || :",
  processors: "grep -E '^(processor|physical id|cpu cores)' /proc/cpuinfo 2>/dev/null || :",
  memory: "cat /proc/meminfo 2>/dev/null || :",
  user: 'id -u; id -g; id -un 2>/dev/null || id -u; getent passwd "$(id -u)" 2>/dev/null || :',
  tools:
    "if command -v apt-get >/dev/null; then echo apt; fi\nif [ -d /run/systemd/system ]; then echo systemd; fi",
  addresses: "ip -o addr show 2>/dev/null || :",
  links: "ip -o link show 2>/dev/null || :",
  route4: "ip -o -4 route get 192.88.99.1 2>/dev/null || :",
  route6: "ip -o -6 route get 2000::1 2>/dev/null || :",
  date: DATE,
  environment: "env | grep -E '^(HOME|LANG|LOGNAME|PATH|PWD|SHELL|USER)=' || :",
  other:
    "cat /etc/machine-id 2>/dev/null || echo; cat /proc/1/comm 2>/dev/null || echo; cat /proc/uptime 2>/dev/null || echo",
} as const;

const fact = defineFact<undefined, MachineFacts>({
  name: "machine",
  script: () =>
    `export LC_ALL=C\n${Object.values(PARTS)
      .map((part) => `${part}\nprintf '\\0'`)
      .join("\n")}`,
  parse(stdout, asks) {
    const fields = textFields(stdout);
    const names = Object.keys(PARTS) as (keyof typeof PARTS)[];
    const parts = Object.fromEntries(names.map((name, index) => [name, (fields[index] ?? "").trim()]));
    const facts = defined(read(parts as Record<keyof typeof PARTS, string>));
    return asks.map(() => facts);
  },
  subject: () => ({ kind: "machine" }),
  key: () => "",
});

export const machineFacts = () => fact(undefined);

function read(parts: Readonly<Record<keyof typeof PARTS, string>>): MachineFacts {
  const [system, kernel, machine, nodename = ""] = parts.system.split("\n");
  const [uid, gid, user, passwd = ""] = parts.user.split("\n");
  const [, , , , gecos, home, shell] = passwd.split(":");
  const [machineId, init, uptime = ""] = parts.other.split("\n");
  const fqdn = parts.fqdn || nodename;
  const tools = parts.tools.split("\n");
  const addresses = parseAddresses(parts.addresses, parts.links);
  const global = (family: "inet" | "inet6") =>
    addresses
      .filter((each) => each.family === family && each.interface !== "lo")
      .map(({ address }) => address);
  const megabytes = (name: string) =>
    Math.floor(
      Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(parts.memory)?.[1] ?? Number.NaN) / 1024,
    );
  return {
    ansible_system: system,
    ansible_kernel: kernel,
    ansible_architecture: machine,
    ansible_machine: machine,
    ansible_nodename: nodename,
    ansible_hostname: nodename.split(".", 1)[0],
    ansible_fqdn: fqdn,
    ansible_domain: fqdn.split(".").slice(1).join("."),
    ...distribution(parts.release, parts.debian),
    ansible_pkg_mgr: tools.includes("apt") ? "apt" : undefined,
    ansible_service_mgr: tools.includes("systemd") ? "systemd" : init || undefined,
    ...processors(parts.processors),
    ansible_memtotal_mb: megabytes("MemTotal"),
    ansible_memfree_mb: megabytes("MemFree"),
    ansible_swaptotal_mb: megabytes("SwapTotal"),
    ansible_swapfree_mb: megabytes("SwapFree"),
    ansible_uptime_seconds: Math.floor(Number.parseFloat(uptime)),
    ansible_machine_id: machineId || undefined,
    ansible_date_time: parseDate(parts.date),
    ansible_env: environment(parts.environment),
    ansible_user_gecos: gecos,
    ansible_user_id: user,
    ansible_user_uid: Number(uid),
    ansible_user_gid: Number(gid),
    ansible_user_dir: home,
    ansible_user_shell: shell,
    ansible_all_ipv4_addresses: global("inet"),
    ansible_all_ipv6_addresses: global("inet6"),
    ansible_interfaces: [...new Set(addresses.map((each) => each.interface))],
    ansible_default_ipv4: defaultAddress(parts.route4, addresses),
    ansible_default_ipv6: defaultAddress(parts.route6, addresses),
  };
}

function processors(text: string): MachineFacts {
  const values = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\s*:\\s*(\\d+)$`, "gm"))].map(([, value]) => Number(value));
  const vcpus = values("processor").length || undefined;
  const count = new Set(values("physical id")).size || vcpus;
  const cores = values("cpu cores")[0] ?? 1;
  return {
    ansible_processor_vcpus: vcpus,
    ansible_processor_nproc: vcpus,
    ansible_processor_count: count,
    ansible_processor_cores: cores,
  };
}

/** Only what is the same at every run, and no secret. */
function environment(text: string): Readonly<Record<string, string>> {
  const lines = text.split("\n").map((line) => /^([A-Z]+)=(.+)$/.exec(line));
  return Object.fromEntries(lines.flatMap((found) => (found ? [[found[1], found[2]] as const] : [])));
}

const FAMILIES: Readonly<Record<string, string>> = {
  debian: "Debian",
  ubuntu: "Debian",
  fedora: "RedHat",
  rhel: "RedHat",
  centos: "RedHat",
  suse: "Suse",
  arch: "Archlinux",
  alpine: "Alpine",
};

function distribution(text: string, debianVersion: string): MachineFacts {
  const release = new Map(
    [...text.matchAll(/^([A-Z_]+)=(?:"([^"\n]*)"|'([^'\n]*)'|(\S*))$/gm)].map(
      ([, name = "", double, single, bare]): [string, string] => [name, double ?? single ?? bare ?? ""],
    ),
  );
  const id = release.get("ID") ?? "";
  const families = [id, ...(release.get("ID_LIKE") ?? "").split(" ")];
  const version = id === "debian" && /^\d/.test(debianVersion) ? debianVersion : release.get("VERSION_ID");
  return {
    ansible_distribution: id === "" ? undefined : id[0]?.toUpperCase() + id.slice(1),
    ansible_distribution_version: version,
    ansible_distribution_major_version: version?.split(".", 1)[0],
    ansible_distribution_release: release.get("VERSION_CODENAME"),
    ansible_lsb: {
      id: id === "" ? undefined : id[0]?.toUpperCase() + id.slice(1),
      codename: release.get("VERSION_CODENAME"),
      release: release.get("VERSION_ID"),
      major_release: release.get("VERSION_ID")?.split(".", 1)[0],
      description: release.get("PRETTY_NAME"),
    },
    ansible_os_family: families.map((family) => FAMILIES[family]).find((family) => family !== undefined),
  };
}

function defined(facts: MachineFacts): MachineFacts {
  return Object.fromEntries(
    Object.entries(facts).filter(([, value]) => value !== undefined && !Number.isNaN(value)),
  );
}

/** The names of all, whether a host tells them or not. */
export const MACHINE_FACTS: readonly string[] = Object.keys(
  read(
    Object.fromEntries(Object.keys(PARTS).map((name) => [name, ""])) as Record<keyof typeof PARTS, string>,
  ),
);
