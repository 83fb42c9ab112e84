// What the daemons that always run take of a server's memory while nothing happens, each for itself and all together,
// and beside them a server in Node.js that does nothing: below that no daemon can be.
//
// RSS counts the pages of Node.js itself in each of them, though all share them: PSS shares them out, so only its sum
// is memory that is really taken.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bundle, freePort, type Running, start } from "../../unit/daemons/process.ts";
import { type Memory, memory } from "./usage.ts";

/** Until what a start has left behind is given back. */
const SETTLED = 3000;

export async function benchIdle(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "bench-"));
  const running = new Map<string, Running>();
  try {
    const mail = join(directory, "mail");
    mkdirSync(mail);
    const ini = join(directory, "chatmail.ini");
    const ports = [await freePort(), await freePort()];
    writeFileSync(
      ini,
      [
        ...["[params]", "mail_domain = relay.test", `mailboxes_dir = ${mail}`],
        ...[`filtermail_smtp_port = ${ports[0]}`, `filtermail_smtp_port_incoming = ${ports[1]}`, ""],
      ].join("\n"),
    );
    const nothing = join(directory, "nothing.mjs");
    writeFileSync(
      nothing,
      'import { createServer } from "node:net"; createServer().listen(process.argv[2], () => console.error("loop"));',
    );
    const socket = (name: string): string => join(directory, `${name}.socket`);
    const filtermail = await bundle("filtermail", directory);
    const daemons: Readonly<Record<string, readonly [string, ...string[]]>> = {
      doveauth: [await bundle("doveauth", directory), socket("doveauth"), ini, socket("lastlogin")],
      metadata: [await bundle("metadata", directory), socket("metadata"), ini],
      filtermail: [filtermail, ini, "outgoing"],
      "filtermail-incoming": [filtermail, ini, "incoming"],
      "a server that does nothing": [nothing, socket("nothing")],
    };
    for (const [name, command] of Object.entries(daemons)) running.set(name, await start(...command));
    await sleep(SETTLED);
    const each = [...running].map(([name, { pid }]) => ({ name, ...memory(pid) }));
    const family = each.slice(0, -1);
    const sum = (what: keyof Memory): number => family.reduce((all, one) => all + one[what], 0);
    const together = { name: "the daemons together", rss: sum("rss"), pss: sum("pss"), own: sum("own") };
    console.log(`\nidle memory in MB, Node.js ${process.version}`);
    console.table(
      [...family, together, ...each.slice(-1)].map(({ name, rss, pss, own }) => ({
        what: name,
        RSS: rss.toFixed(0),
        PSS: pss.toFixed(0),
        "its own": own.toFixed(0),
      })),
    );
  } finally {
    for (const { child } of running.values()) child.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  }
}
