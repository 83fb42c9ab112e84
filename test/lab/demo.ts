// npm run demo: boots two throw-away hosts (or takes those that run), makes them relays with the very command that a
// user types, puts their records into the lab's DNS, sends mail from one to the other, shows that a second run changes
// nothing, and how to log in.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { relative } from "node:path";
import qrcode from "qrcode";
import { freshAccount, loginUri } from "./account.ts";
import { run } from "./command.ts";
import { bootDemo, demoInventory, demoLab, publishZones } from "./demo-lab.ts";
import { sendAcross } from "./demo-mail.ts";
import { type Acme, type Host, LabError, openLab } from "./index.ts";
import { settingsFrom } from "./settings.ts";

const settings = settingsFrom();
const say = (text = "") => console.log(text);

/** What of the runner's event stream (--json) matters here. */
interface RunEvent {
  readonly event: string;
  readonly host?: string;
  readonly status?: string;
  readonly task?: string;
  readonly message?: string;
  readonly changed?: number;
  readonly ms?: number;
}

async function main(): Promise<number> {
  let started = Date.now();
  const lab = await openLab({ name: demoLab, keep: true, say });
  const hosts = await bootDemo(lab, ({ name, address }) => {
    say(`${name} is up at ${address} (${seconds(Date.now() - started)})`);
    started = Date.now();
  });
  const inventory = await demoInventory(lab, settings);

  const command = ["chatmail-play", "site.yaml", "-i", inventory];
  say(`\n$ npx ${command.join(" ")}`);
  const first = spawn("npx", command, { cwd: settings.repo, stdio: ["ignore", "inherit", "inherit"] });
  const [status] = (await once(first, "exit")) as [number | null];
  if (status !== 0) {
    say(`\nThe run failed. Look around with: npm run lab -- ssh ${hosts[0]?.name}`);
    return status ?? 1;
  }

  say(
    `\nWhat chatmail-play dns.yaml -i ${inventory} asks for becomes the relays' zones, and is compared with them:`,
  );
  const zones = await publishZones(lab, inventory, settings);
  say(
    zones.status === 0 ? zones.stdout.match(/^(All|Warning).*/gm)?.join("\n") : zones.stdout + zones.stderr,
  );
  if (zones.status !== 0) return zones.status;

  const acme = await lab.acme();
  await mail(hosts, acme);
  const again = await secondRun(command);
  if (again !== 0) return again;
  for (const host of hosts) tell(host, acme);
  await show(hosts[0]!);
  return 0;
}

async function mail(hosts: readonly Host[], acme: Acme): Promise<void> {
  const [one, two] = hosts as [Host, Host];
  for (const [from, to] of [
    [one, two],
    [two, one],
  ] as const) {
    const sent = await sendAcross(from, to, acme, `Hello from ${from.name}!`);
    say(`\n${sent.from} wrote to ${sent.to}; ${sent.ms} ms later there was, and nothing else of its way:\n`);
    say(sent.header.replace(/^/gm, "    "));
    say(`\nwhich only the recipient's key opens: "${sent.text}"`);
  }
}

async function secondRun(command: readonly string[]): Promise<number> {
  say("\nThe same command again:");
  const { stdout, stderr, status } = await run("npx", [...command, "--json"], { cwd: settings.repo });
  const events = stdout
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as RunEvent);
  const problems = events.filter(
    ({ event, status }) => event === "error" || status === "changed" || status === "failed",
  );
  const recaps = events.filter(({ event }) => event === "recap");
  if (status === 0 && recaps.length > 0 && recaps.every(({ changed }) => changed === 0)) {
    const longest = Math.max(...recaps.map(({ ms }) => ms ?? 0));
    say(`it changed nothing, in ${seconds(longest)}`);
    return 0;
  }
  say(`it should have changed nothing and ended with 0, but ended with ${status}:`);
  for (const { status, event, task, message } of problems)
    say(`  ${status ?? event}: ${task ?? ""} ${message ?? ""}`);
  if (stderr) say(stderr);
  return status || 2;
}

function tell({ name, address }: Host, acme: Acme): void {
  say(`
The relay ${name} is ready at ${address}, reachable from this machine, which does not know its name.

  web       curl --cacert ${relative(process.cwd(), acme.rootFile)} --resolve ${name}:443:${address} https://${name}/
  IMAP      ${address}, port 993 (TLS) or 143 (STARTTLS)
  SMTP      ${address}, port 465 (TLS) or 587 (STARTTLS)
  accounts  the first login with any nine letters @${name} and a password of nine or more
            characters creates the account; its certificate is of the lab's own authority`);
}

async function show({ name, address }: Host): Promise<void> {
  const account = freshAccount(name);
  const uri = loginUri(account, address);
  say(`
For example, ready to be scanned with Delta Chat (on a relay of the internet, the code on its web page does):

  address   ${account.address}
  password  ${account.password}
  link      ${uri}
`);
  say(await qrcode.toString(uri, { type: "terminal", small: true }));
  say(`Look inside:      npm run lab -- ssh ${name}
Take it all down: npm run lab -- down`);
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof LabError ? `demo: ${error.message}` : error);
  process.exitCode = 1;
}
