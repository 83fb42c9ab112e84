// One run of ansible-playbook, observed through a callback of its own (record.py).

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Counts } from "../../runner/report/events.ts";
import type { Case } from "./case.ts";
import {
  type ExitClass,
  lines,
  type Ran,
  type RunObserved,
  recapOf,
  sortedByKey,
  type TaskObserved,
} from "./observation.ts";

export async function runAnsible({ runs }: Case, directory: string): Promise<Ran> {
  const observed: RunObserved[] = [];
  let said = "";
  for (const options of runs) {
    const { code, out } = await ansible(directory, ["-i", "inventory.yaml", "playbook.yaml", ...options]);
    said += out;
    observed.push(read(out, code));
  }
  return { runs: observed, said };
}

function ansible(directory: string, argv: readonly string[]): Promise<{ code: number; out: string }> {
  const env = {
    ...process.env,
    HOME: directory,
    LC_ALL: "C.UTF-8",
    ANSIBLE_CALLBACK_PLUGINS: import.meta.dirname,
    ANSIBLE_STDOUT_CALLBACK: "record",
    ANSIBLE_CONFIG: join(directory, "ansible.cfg"),
    ANSIBLE_RETRY_FILES_ENABLED: "0",
    ANSIBLE_NOCOLOR: "1",
    // Hosts of the lab are new each time.
    ANSIBLE_HOST_KEY_CHECKING: "0",
    ANSIBLE_SSH_COMMON_ARGS: "-o UserKnownHostsFile=/dev/null",
    ANSIBLE_PIPELINING: "1",
  };
  return new Promise((resolve, reject) => {
    const child = spawn("ansible-playbook", argv, { cwd: directory, env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (some) => (out += some));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? -1, out }));
  });
}

type Line = TaskObserved & { readonly recap?: string; readonly counts: Counts };

function read(out: string, code: number): RunObserved {
  const said = out
    .split("\n")
    .flatMap((line) => (line.startsWith("@{") ? [JSON.parse(line.slice(1)) as Line] : []));
  const recap = said.flatMap(({ recap: host, counts }): [string, string][] =>
    host ? [[host, recapOf(counts)]] : [],
  );
  return {
    exit: exitClass(code, said),
    hosts: lines(said.filter((line) => !line.recap)),
    recap: sortedByKey(Object.fromEntries(recap.filter(([, counts]) => counts !== ""))),
  };
}

/** 4 is Ansible's for unreachable hosts, but for mistakes in YAML too. */
function exitClass(code: number, said: readonly Line[]): ExitClass {
  if (code === 0) return "done";
  if (code === 2) return "failed";
  return code === 4 && said.some(({ counts }) => counts?.unreachable) ? "unreachable" : "refused";
}
