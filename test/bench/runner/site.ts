// The real site on a lab host: a first run on a bare host, runs that change nothing, runs that change one
// file and restart its service.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Asked } from "./parts.ts";
import { figures, type Part } from "./results.ts";
import { type Measured, must, PROGRAM, recapsIn, sshArguments, timed } from "./tools.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

export async function measureSite({ lab, directory, runs, say }: Asked): Promise<Part> {
  const host = await lab.host("relay.chatmail.example");
  const inventory = join(directory, "site-inventory.yaml");
  const variables = {
    ansible_host: host.address,
    ansible_user: "root",
    ansible_ssh_private_key_file: host.identity,
    ansible_known_hosts_file: host.knownHosts,
    tls_mode: "selfsigned",
    dns_forwarders: [lab.gateway],
    dns_check: false,
  };
  await writeFile(inventory, JSON.stringify({ relays: { hosts: { [host.name]: variables } } }));
  const play = (program: readonly string[], ...more: string[]) =>
    timed(async () => {
      const [file = "", ...argv] = [...program, "site.yaml", "-i", inventory, "--json", ...more];
      const [recap] = recapsIn(await must(file, argv, "", { cwd: ROOT }));
      return { roundTrips: recap?.roundTrips ?? 0 };
    });
  const own = [process.execPath, PROGRAM];
  const reached = { ...host, port: host.sshPort, address: host.address };
  const kinds: Record<string, (n: number) => Promise<Measured>> = {
    "no-op": () => play(own),
    "no-op, by npx": () => play(["npx", "chatmail-play"]),
    "no-op, --check": () => play(own, "--check"),
    "one file changed": (n) => play(own, "-e", JSON.stringify({ max_user_send_per_minute: 61 + n })),
    'ssh that runs "true"': () =>
      timed(async () => {
        await must("ssh", [...sshArguments(reached), "true"]);
        return {};
      }),
  };
  try {
    const first = await play(own);
    say(`site: first run, bare host: ${first.seconds.toFixed(2)} s`);
    await play(own);
    const scenarios: Record<string, Part["scenarios"][string]> = {
      "first run, bare host": { "chatmail-play": figures([first]) },
    };
    for (const [kind, measure] of Object.entries(kinds)) {
      const measured: Measured[] = [];
      for (let n = 1; n <= runs; n++) measured.push(await measure(n));
      const all = figures(measured);
      say(`site: ${kind}: ${all.seconds[0].toFixed(2)} s`);
      scenarios[kind] = { [kind.startsWith("ssh") ? "by hand" : "chatmail-play"]: all };
    }
    return { title: "the real site", scenarios };
  } finally {
    await host.down();
  }
}
