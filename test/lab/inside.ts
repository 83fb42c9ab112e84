// Runs a command inside a host without going through sshd: it enters the namespaces of the host's first process.
// Fast, and works when sshd does not; what must be seen as a login sees it uses ssh instead.
import { readFile } from "node:fs/promises";
import { enterGroup, processesIn } from "./cgroup.ts";
import { type Outcome, type RunOptions, run } from "./command.ts";
import { LabError } from "./error.ts";

const environment = [
  "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "HOME=/root",
  "LANG=C.UTF-8",
  "DEBIAN_FRONTEND=noninteractive",
];

/** The process that is number 1 inside; undefined while the host is off. */
export async function firstProcess(group: string): Promise<number | undefined> {
  for (const pid of await processesIn(`${group}/payload/init.scope`)) {
    const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
    if (/^NSpid:.*\t1$/m.test(status)) return pid;
  }
  return undefined;
}

/** Runs a shell command, or a program with arguments, as root in the host. */
export async function runInside(
  group: string,
  command: string | readonly string[],
  options: Pick<RunOptions, "input" | "timeout"> = {},
): Promise<Outcome> {
  const pid = await firstProcess(group);
  if (pid === undefined) throw new LabError(`nothing runs in ${group}: the host is off`);
  const argv = typeof command === "string" ? ["sh", "-c", command] : command;
  // Its own group beside systemd's tree: it ends with the host, and systemd does not take it for a unit's process.
  // nsenter's own fork would stop itself when a shutdown stops its child, and never reap it, so that the host could
  // not go down: a shell that waits does neither.
  const enter = `${enterGroup(`${group}/exec`)} && exec nsenter --no-fork --target ${pid} --all --wd "$@"`;
  const waiting = ["sh", "-c", 'env -i "$@"; exit $?', "sh"];
  return run("sh", ["-c", enter, "sh", ...waiting, ...environment, ...argv], options);
}
