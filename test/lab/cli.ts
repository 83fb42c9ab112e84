// npm run lab -- COMMAND: the lab for people. Says what to do next, and what is wrong in a sentence.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { sweep, takeDown } from "./cleanup.ts";
import { demoHosts, demoLab } from "./demo-lab.ts";
import { LabError } from "./error.ts";
import type { Host } from "./host.ts";
import { openLab, reopenLab } from "./open.ts";
import { settingsFrom, settingsHelp } from "./settings.ts";
import { allStates, isAlive, labDirectory } from "./state.ts";

const usage = `usage: npm run lab -- [--lab NAME] COMMAND

  up [HOST...]          boots the lab's hosts (${demoHosts.join(", ")}, unless others are named)
  status                shows all labs and their hosts
  ssh HOST [COMMAND]    logs in as root, or runs a command there
  reset HOST            gives the host an empty disk and boots it again
  zone NAME [FILE]      serves a zone from a file in BIND's form, or from standard input
  acme [SECONDS]        starts a certificate authority, whose certificates are valid for so long, and says where it is
  down [--all]          ends the lab, or all labs of this checkout, and removes all but the cached base image
  sweep                 ends labs whose process has ended without doing so

The lab is "${demoLab}" unless --lab names another one. HOST may be the first part of a host's name.

${settingsHelp}
`;

const say = (text: string) => console.log(text);

async function main(argv: readonly string[]): Promise<number> {
  // What comes after ssh HOST is the other side's business.
  const split = argv.indexOf("ssh") === -1 ? argv.length : argv.indexOf("ssh") + 2;
  const { values, positionals } = parseArgs({
    args: argv.slice(0, split),
    allowPositionals: true,
    options: { lab: { type: "string" }, all: { type: "boolean" }, help: { type: "boolean", short: "h" } },
  });
  const [command, ...names] = positionals;
  const name = values.lab ?? demoLab;
  if (values.help || command === undefined || command === "help") {
    say(usage);
    return values.help || command ? 0 : 1;
  }
  switch (command) {
    case "up":
      return up(name, names.length > 0 ? names : demoHosts);
    case "status":
      return status();
    case "ssh":
      return ssh(await findHost(name, names[0]), argv.slice(split));
    case "reset": {
      const host = await findHost(name, names[0]);
      await host.reset();
      say(`${host.name} is empty again and has booted`);
      return 0;
    }
    case "zone":
      return zone(name, names[0], names[1]);
    case "acme":
      return acme(name, names[0]);
    case "down":
      return values.all ? downAll() : down(name);
    case "sweep":
      for (const swept of await sweep(settingsFrom())) say(`ended the lab ${swept}, which was left behind`);
      return 0;
    default:
      throw new LabError(`there is no command "${command}"`, "see: npm run lab -- help");
  }
}

async function up(name: string, hosts: readonly string[]): Promise<number> {
  const lab = await openLab({ name, keep: true, say });
  for (const host of hosts) {
    const started = Date.now();
    const { address } = await lab.host(host);
    say(`${host} is up at ${address} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  }
  say(`log in with: npm run lab -- ${name === demoLab ? "" : `--lab ${name} `}ssh ${hosts[0]}`);
  return 0;
}

async function status(): Promise<number> {
  const settings = settingsFrom();
  const states = await allStates(settings.cache);
  if (states.length === 0) say("no lab is up; boot one with: npm run lab -- up");
  for (const { name, network, owner } of states) {
    const whose = !owner ? "" : (await isAlive(owner)) ? `, of process ${owner.pid}` : ", left behind";
    say(`${name}  ${network}.0/24${whose}`);
    for (const host of await (await reopenLab(settings, name)).hosts()) {
      say(`  ${host.address.padEnd(15)}  ${(await host.isRunning()) ? "up " : "off"}  ${host.name}`);
    }
  }
  return 0;
}

function ssh(host: Host, command: readonly string[]): number {
  const { status, error } = spawnSync("ssh", [...host.sshArguments, ...command], { stdio: "inherit" });
  if (error) throw error;
  return status ?? 1;
}

async function zone(name: string, domain: string | undefined, file: string | undefined): Promise<number> {
  if (domain === undefined) throw new LabError("say which zone", "npm run lab -- zone NAME [FILE]");
  const text = readZone(file);
  const lab = await reopenLab(settingsFrom(), name);
  await lab.zone(domain, text);
  say(`${domain} is served by ${lab.dns.address}, and known to the hosts`);
  return 0;
}

function readZone(file: string | undefined): string {
  try {
    return readFileSync(file === undefined || file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new LabError(`the zone cannot be read: ${(error as Error).message}`);
  }
}

async function acme(name: string, seconds: string | undefined): Promise<number> {
  if (seconds !== undefined && !/^[1-9]\d{0,8}$/.test(seconds)) {
    throw new LabError(`"${seconds}" is no number of seconds`, "npm run lab -- acme [SECONDS]");
  }
  const options = seconds === undefined ? {} : { certificateSeconds: Number(seconds) };
  const found = await (await reopenLab(settingsFrom(), name)).acme(options);
  for (const [key, value] of Object.entries(found)) say(`${key.padEnd(18)}  ${value}`);
  return 0;
}

async function down(name: string): Promise<number> {
  const wasUp = await takeDown(labDirectory(settingsFrom().cache, name));
  say(wasUp ? `the lab ${name} is down` : `the lab ${name} was not up`);
  return 0;
}

async function downAll(): Promise<number> {
  const { cache } = settingsFrom();
  for (const state of await allStates(cache)) {
    await takeDown(join(cache, state.name));
    say(`the lab ${state.name} is down`);
  }
  return 0;
}

/** By its whole name, or by the start of it when that fits one host only. */
async function findHost(labName: string, wanted: string | undefined): Promise<Host> {
  const hosts = await (await reopenLab(settingsFrom(), labName)).hosts();
  const known = hosts.map(({ name }) => name).join(", ") || "none";
  const [first, second] =
    hosts.filter(({ name }) => name === wanted).length > 0
      ? hosts.filter(({ name }) => name === wanted)
      : hosts.filter(({ name }) => wanted === undefined || name.startsWith(wanted));
  if (first && !second) return first;
  if (wanted === undefined) throw new LabError("say which host", `hosts of this lab: ${known}`);
  throw new LabError(
    `"${wanted}" is ${first ? "more than one host" : "no host"} of the lab ${labName}`,
    `hosts: ${known}`,
  );
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const expected =
    error instanceof LabError || (error as { code?: string }).code?.startsWith("ERR_PARSE_ARGS");
  console.error(expected ? `lab: ${(error as Error).message}` : error);
  process.exitCode = 1;
}
