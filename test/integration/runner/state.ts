// What a host is like: its files, packages and units, as maps that can be compared.
import type { Host } from "../../lab/index.ts";

export type State = Readonly<Record<string, string>>;

/** Those that there are of these. */
const DIRECTORIES = "$(ls -d /etc /usr/local /var/lib /var/www /home /root /opt 2>/dev/null)";

/** Kept by the system itself, whatever is run, and by the runner of its runs. */
const RESTLESS = [
  "/var/lib/chatmail-play",
  "/var/lib/chatmail-play/*",
  "/var/lib/systemd/*",
  "/var/lib/logrotate/*",
  "/var/lib/apt/daily_lock",
  "/var/lib/apt/periodic/*",
  "/var/lib/apt/extended_states",
  "/var/lib/dpkg/lock*",
  "/var/lib/postfix/*",
  "/var/lib/dovecot/*",
  // What comes and goes with mail; whether a message is there is asked of Dovecot.
  "/home/vmail/mail/*/*",
];

/** Kind, mode, owner and hash or target of every file. */
export async function files(host: Host): Promise<State> {
  const skipped = RESTLESS.map((path) => `! -path '${path}'`).join(" ");
  const list = await host.must(
    `find ${DIRECTORIES} -xdev ${skipped} -printf '%p\\t%y %m %u %g %l\\n'; echo; find ${DIRECTORIES} -xdev -type f ${skipped} -exec sha256sum {} +`,
  );
  const [kinds = "", hashes = ""] = list.split("\n\n");
  const state: Record<string, string> = {};
  for (const line of kinds.split("\n")) {
    const [path = "", rest = ""] = line.split("\t");
    state[path] = rest;
  }
  for (const line of hashes.trim().split("\n")) state[line.slice(66)] += ` ${line.slice(0, 64)}`;
  return state;
}

export const packages = (host: Host): Promise<string> => host.must("dpkg -l");

/** For each unit what is new after every start. */
export async function starts(host: Host): Promise<State> {
  return perUnit(host, "InvocationID,ActiveEnterTimestamp", "--type=service,socket");
}

/** Whether units run, and whether they are started at boot. */
export async function units(host: Host): Promise<State> {
  return perUnit(host, "LoadState,ActiveState,UnitFileState", "--all --type=service,socket,timer");
}

async function perUnit(host: Host, properties: string, which: string): Promise<State> {
  const list = await host.must(
    `systemctl show --property=Id,${properties} $(systemctl list-units --plain --no-legend ${which} | cut -d' ' -f1 | grep -v -e '^user' -e '^session' -e '^apt-daily' -e 'tmpfiles-clean' -e '^e2scrub' -e '^dpkg-db' -e '^fstrim' -e '^logrotate')`,
  );
  const state: Record<string, string> = {};
  for (const unit of list.trim().split("\n\n")) {
    const id = /^Id=(.*)$/m.exec(unit)?.[1] ?? "";
    state[id] = unit.replace(/^Id=.*\n?/m, "").replace(/\n/g, " ");
  }
  return state;
}

/** The keys whose values differ. */
export function differences(before: State, after: State): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => before[key] !== after[key]).sort();
}
