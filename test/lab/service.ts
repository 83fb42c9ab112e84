// One server that a lab runs beside its hosts: in a control group of its own, by which it is found and ended, with
// a log in the lab's directory. It outlives the command that started it.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { address as addressOf, type Network } from "./addresses.ts";
import { endGroup, isPopulated, labGroup, processesIn, spawnIn } from "./cgroup.ts";
import { must } from "./command.ts";
import { LabError } from "./error.ts";

/** What a service needs to know of the lab that it is in. */
export interface LabPlace {
  readonly directory: string;
  readonly bridge: string;
  readonly network: Network;
}

export interface Service {
  /** Of its control group and its log. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly argv: readonly string[];
}

const patienceMs = 20_000;

const groupOf = (place: LabPlace, service: string): string => `${labGroup(place.bridge)}/${service}`;

const logOf = (place: LabPlace, service: string): string => join(place.directory, `${service}.log`);

/** Starts it unless it runs, and waits until it listens. */
export async function startService(place: LabPlace, service: Service): Promise<void> {
  const { name, address, port, argv, cwd, env } = service;
  const group = groupOf(place, name);
  if (await isPopulated(group)) return;
  await spawnIn(group, argv, {
    log: logOf(place, name),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  });
  for (const end = Date.now() + patienceMs; Date.now() < end; await sleep(20)) {
    if (await listens(address, port)) return;
    if (!(await isPopulated(group))) break;
  }
  throw new LabError(
    `the lab's ${name} does not listen on ${address}:${port}; it said:\n${await lastWords(place, name)}`,
  );
}

/** Gives the bridge one more address, for a service that wants all its ports; it goes with the bridge. */
export async function addAddress({ bridge, network }: LabPlace, number: number): Promise<string> {
  const own = addressOf(network, number);
  await must("ip", ["address", "replace", `${own}/24`, "dev", bridge]);
  return own;
}

export const endService = (place: LabPlace, name: string): Promise<void> => endGroup(groupOf(place, name));

export const isServing = (place: LabPlace, name: string): Promise<boolean> =>
  isPopulated(groupOf(place, name));

/** Tells a service to read its files again. */
export async function hangUp(place: LabPlace, name: string): Promise<void> {
  for (const pid of await processesIn(groupOf(place, name))) process.kill(pid, "SIGHUP");
}

/** The end of its log, for messages. */
export async function lastWords(place: LabPlace, name: string): Promise<string> {
  return (await readFile(logOf(place, name), "utf8").catch(() => "")).slice(-500);
}

async function listens(host: string, port: number): Promise<boolean> {
  const socket = connect(port, host);
  const open = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  return open;
}
