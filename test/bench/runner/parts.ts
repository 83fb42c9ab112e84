// The parts of the bench: which hosts, how far away, how many tasks, what happens to them.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Host, Lab } from "../../lab/index.ts";
import { undo } from "./by-hand.ts";
import { delayingRelay, type Relay } from "./delay.ts";
import { type Reach, writeInventory, writeProject } from "./project.ts";
import { figures, type Part } from "./results.ts";
import { type Group, groups as groupsOf, TASKS_OF_A_GROUP } from "./state.ts";
import { type Measured, type Scenario, type Scene, type ToolName, tools } from "./tools.ts";

export interface Asked {
  readonly lab: Lab;
  readonly directory: string;
  readonly runs: number;
  readonly tools: readonly ToolName[];
  readonly say: (text: string) => void;
}

interface Shape {
  readonly title: string;
  readonly hosts: number;
  readonly ofEachRole: number;
  /** Milliseconds. */
  readonly roundTrip: number;
  readonly scenarios: readonly Scenario[];
}

const TASKS = groupsOf(1).length * TASKS_OF_A_GROUP;
const ALL: readonly Scenario[] = ["first converge", "no-op", "one file changed", "check"];

export const shapes: Readonly<Record<string, Shape>> = {
  tasks: { title: `${TASKS} tasks, one host`, hosts: 1, ofEachRole: 1, roundTrip: 0, scenarios: ALL },
  delay: {
    title: `${TASKS} tasks, 50 ms away`,
    hosts: 1,
    ofEachRole: 1,
    roundTrip: 50,
    scenarios: ["no-op", "one file changed", "first converge"],
  },
  many: {
    title: `${10 * TASKS} tasks, one host`,
    hosts: 1,
    ofEachRole: 10,
    roundTrip: 0,
    scenarios: ["no-op", "one file changed"],
  },
  hosts: { title: `${TASKS} tasks, ten hosts`, hosts: 10, ofEachRole: 1, roundTrip: 0, scenarios: ["no-op"] },
};

export async function measureShape(name: string, shape: Shape, asked: Asked): Promise<Part> {
  const { lab, runs, say } = asked;
  const groups = groupsOf(shape.ofEachRole);
  const directory = join(asked.directory, name);
  await writeProject(directory, groups);
  const hosts = await Promise.all(
    Array.from({ length: shape.hosts }, (_, n) => benchHost(lab, `host${n + 1}.${name}.example`)),
  );
  const relays = await Promise.all(
    shape.roundTrip === 0
      ? []
      : hosts.map(({ address, sshPort }) => delayingRelay(address, sshPort, shape.roundTrip)),
  );
  try {
    const reached = await reach(hosts, relays, directory);
    const inventory = await writeInventory(join(directory, "inventory.yaml"), reached);
    const scene: Scene = { directory, groups, hosts: reached, inventory };
    await clear(hosts, groups);
    await tools["chatmail-play"].measure(scene, "first converge", 0);
    const scenarios: Record<string, Part["scenarios"][string]> = {};
    for (const scenario of shape.scenarios) {
      const measured = new Map<ToolName, Measured[]>();
      for (let n = 1; n <= runs; n++) {
        for (const tool of asked.tools) {
          if (scenario === "first converge") await clear(hosts, groups);
          const one = await tools[tool].measure(scene, scenario, runs * asked.tools.indexOf(tool) + n);
          say(`${shape.title}: ${scenario}, ${tool}: ${one.seconds.toFixed(2)} s`);
          measured.set(tool, [...(measured.get(tool) ?? []), one]);
        }
      }
      // What the last one has altered.
      if (scenario === "one file changed") await tools["chatmail-play"].measure(scene, scenario, 0);
      scenarios[scenario] = Object.fromEntries([...measured].map(([tool, all]) => [tool, figures(all)]));
    }
    return { title: shape.title, scenarios };
  } finally {
    for (const relay of relays) relay.close();
    await Promise.all(hosts.map((host) => host.down()));
  }
}

/** With the Python that Ansible needs and chatmail-play does not. */
async function benchHost(lab: Lab, name: string): Promise<Host> {
  const packages = ["python3", "python3-apt"];
  const snapshot = await lab.snapshot({
    name: "bench",
    key: packages.join(" "),
    prepare: async (host) => {
      await host.must(
        `apt-get -q update && apt-get -q -y --no-install-recommends install ${packages.join(" ")}`,
      );
    },
  });
  return lab.host(name, { snapshot });
}

async function clear(hosts: readonly Host[], groups: readonly Group[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.exec("sh", { input: undo(groups) })));
}

async function reach(hosts: readonly Host[], relays: readonly Relay[], directory: string): Promise<Reach[]> {
  const file = join(directory, "known_hosts");
  const lines = relays.map(async ({ port }, n) => {
    const key = await hosts[n]?.must("cat /etc/ssh/ssh_host_ed25519_key.pub");
    return `[127.0.0.1]:${port} ${key}`;
  });
  await writeFile(file, (await Promise.all(lines)).join(""));
  return hosts.map(({ name, address, sshPort, identity, knownHosts }, n) => {
    const relay = relays[n];
    if (!relay) return { name, address, port: sshPort, identity, knownHosts };
    return { name, address: "127.0.0.1", port: relay.port, identity, knownHosts: file };
  });
}
