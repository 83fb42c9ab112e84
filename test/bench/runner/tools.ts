// What is measured beside each other: the same playbook run by chatmail-play, by Ansible, by Ansible with
// mitogen; and scripts written by hand for just this state, each sent over a fresh ssh: the floor.

import { fileURLToPath } from "node:url";
import type { RecapEvent } from "../../../runner/report/events.ts";
import { run } from "../../lab/command.ts";
import { change, converge, look } from "./by-hand.ts";
import { type Reach, writeAnsibleConfiguration } from "./project.ts";
import { type Group, LEVEL, TASKS_OF_A_GROUP, USUAL_LEVEL } from "./state.ts";

export type Scenario = "first converge" | "no-op" | "one file changed" | "check";

export interface Measured {
  readonly seconds: number;
  /** Of the host that had most. Only chatmail-play counts them. */
  readonly roundTrips?: number;
}

/** Where it all lies, and what it is for. */
export interface Scene {
  readonly directory: string;
  readonly groups: readonly Group[];
  readonly hosts: readonly Reach[];
  readonly inventory: string;
}

export interface Tool {
  readonly name: ToolName;
  /** `n` differs from run to run, so that one file changes each time. Throws when the run does not do what it is to do. */
  measure(scene: Scene, scenario: Scenario, n: number): Promise<Measured>;
}

export const TOOLS = ["by hand", "chatmail-play", "mitogen", "ansible"] as const;
export type ToolName = (typeof TOOLS)[number];

export const PROGRAM = fileURLToPath(new URL("../../../runner/bin.mjs", import.meta.url));
const MITOGEN = "/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy";

export const tools: Readonly<Record<ToolName, Tool>> = {
  "by hand": {
    name: "by hand",
    async measure({ hosts, groups }, scenario, n) {
      const script = { "first converge": converge, "no-op": look, check: look, "one file changed": change }[
        scenario
      ];
      return timed(async () => {
        await Promise.all(
          hosts.map((host) => must("ssh", [...sshArguments(host), "sh"], script(groups, levelOf(n)))),
        );
        return {};
      });
    },
  },
  "chatmail-play": {
    name: "chatmail-play",
    measure: (scene, scenario, n) =>
      timed(async () => {
        const argv = [PROGRAM, "site.yaml", "-i", scene.inventory, "--json", ...options(scenario, n)];
        const recaps = recapsIn(await must(process.execPath, argv, "", { cwd: scene.directory }));
        for (const recap of recaps) expectChanges(scene, scenario, recap.changed);
        return { roundTrips: Math.max(...recaps.map(({ roundTrips }) => roundTrips)) };
      }),
  },
  mitogen: ansible("mitogen"),
  ansible: ansible("ansible"),
};

function ansible(name: "mitogen" | "ansible"): Tool {
  return {
    name,
    async measure(scene, scenario, n) {
      const strategies = name === "mitogen" ? MITOGEN : undefined;
      const configuration = await writeAnsibleConfiguration(
        scene.directory,
        scene.hosts[0]?.knownHosts ?? "",
        strategies,
      );
      const env = { ...process.env, ANSIBLE_CONFIG: configuration, ANSIBLE_NOCOLOR: "1" };
      return timed(async () => {
        const argv = ["-i", scene.inventory, "site.yaml", ...options(scenario, n)];
        const out = await must("ansible-playbook", argv, "", { cwd: scene.directory, env });
        for (const [, changed] of out.matchAll(/ok=\d+ +changed=(\d+)/g))
          expectChanges(scene, scenario, Number(changed));
        return {};
      });
    },
  };
}

/** Debian's packages of what chatmail-play is compared with; installed when they are asked for and missing. */
export async function installOthers(names: readonly ToolName[], say: (text: string) => void): Promise<void> {
  const packages = names.flatMap((name) =>
    name === "ansible" ? ["ansible-core"] : name === "mitogen" ? ["ansible-core", "ansible-mitogen"] : [],
  );
  const known = await run("dpkg-query", ["-W", "-f", `\${Package} \${db:Status-Status}\n`, ...packages]);
  const missing = packages.filter((each) => !known.stdout.includes(`${each} installed`));
  if (missing.length === 0) return;
  say(`installing Debian packages: ${[...new Set(missing)].join(" ")}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await must("apt-get", ["-q", "-y", "--no-install-recommends", "install", ...missing], "", { env });
}

export async function must(
  file: string,
  argv: readonly string[],
  input = "",
  more: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const { stdout, stderr, status } = await run(file, argv, { ...more, input });
  if (status === 0) return stdout;
  const said = `${stdout.slice(-3000)}\n${stderr.slice(-3000)}`;
  throw new Error(`${file} ${argv.slice(0, 6).join(" ")} ... ended with ${status}:\n${said}`);
}

export async function timed(work: () => Promise<Omit<Measured, "seconds">>): Promise<Measured> {
  const since = performance.now();
  const more = await work();
  return { seconds: (performance.now() - since) / 1000, ...more };
}

export function recapsIn(out: string): RecapEvent[] {
  const events = out.split("\n").filter(Boolean);
  return events.map((line) => JSON.parse(line) as RecapEvent).filter(({ event }) => event === "recap");
}

function options(scenario: Scenario, n: number): string[] {
  switch (scenario) {
    case "first converge":
    case "no-op":
      return [];
    case "one file changed":
      return ["-e", `${LEVEL}=${levelOf(n)}`];
    case "check":
      return ["--check"];
  }
}

/** 0 is as it was. */
const levelOf = (n: number): string => (n === 0 ? USUAL_LEVEL : `level-${n}`);

/** All tools agree on what there is to do, else the comparison is none. The file and its handler are two changes. */
function expectChanges({ groups }: Scene, scenario: Scenario, changed: number): void {
  const all = groups.length * TASKS_OF_A_GROUP;
  const least = scenario === "first converge" ? all - groups.length : scenario === "one file changed" ? 2 : 0;
  const most = scenario === "first converge" ? all + groups.length : least;
  if (changed < least || changed > most)
    throw new Error(`${scenario}: ${changed} changes, where ${least} to ${most} were expected`);
}

export function sshArguments({ address, port, identity, knownHosts }: Reach): string[] {
  const options = ["BatchMode=yes", "IdentitiesOnly=yes", `UserKnownHostsFile=${knownHosts}`];
  const given = options.flatMap((option) => ["-o", option]);
  return ["-F", "none", "-i", identity, "-p", String(port), ...given, `root@${address}`];
}
