// A case on a host of the lab, where one log in as root and another as the user `login`, if the case makes it; and what
// is there in the end.

import { stringify } from "yaml";
import type { Host } from "../lab/index.ts";
import { type Case, laidOut } from "./case.ts";
import type { Observation, Ran } from "./observation.ts";

export type Run = (of: Case, directory: string) => Promise<Ran>;

export function onHost(of: Case, host: Host, run: Run): Promise<Observation> {
  const reach = {
    ansible_host: host.address,
    ansible_ssh_private_key_file: host.identity,
    ansible_known_hosts_file: host.knownHosts,
    ansible_python_interpreter: "/usr/bin/python3",
  };
  const hosts = { root: { ...reach, ansible_user: "root" }, login: { ...reach, ansible_user: "login" } };
  const files = { ...of.files, "inventory.yaml": stringify({ all: { hosts } }) };
  return laidOut({ files }, async (directory) => {
    const { runs } = await run(of, directory);
    return { runs, tree: await looked(of, host) };
  });
}

async function looked({ look }: Case, host: Host): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const command of look) tree[command] = (await host.exec(command)).stdout;
  return tree;
}
