// A playbook of ours with the roles that it uses, in a directory of its own and against the machine itself.

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Project, project } from "../run/run-playbook.ts";

const root = join(import.meta.dirname, "../../..");

export interface RelayProject {
  /** Of the file in playbooks/. */
  readonly playbook: string;
  /** Roles that come with all their files; of the others only the types of their variables do. */
  readonly roles: readonly string[];
  /** Names of relays and their variables. */
  readonly relays: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly files?: Readonly<Record<string, string>>;
}

export function relayProject({ playbook, roles, relays, files = {} }: RelayProject): Project {
  const hosts = Object.fromEntries(
    Object.entries(relays).map(([name, vars]) => [
      name,
      { ansible_connection: "local", ansible_state_directory: "DIR/.state", ...vars },
    ]),
  );
  return project({
    "inventory.yaml": JSON.stringify({ all: { children: { relays: { hosts } } } }),
    "site.yaml": readFileSync(join(root, "playbooks", playbook), "utf8"),
    ...Object.fromEntries(
      readdirSync(join(root, "roles"), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .flatMap(({ name }) => roleFiles(name, roles.includes(name))),
    ),
    ...files,
  });
}

function roleFiles(name: string, whole: boolean): [string, string][] {
  const folder = join(root, "roles", name);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => (whole || path === "role.yaml") && statSync(join(folder, path)).isFile())
    .map((path) => [join("roles", name, path), readFileSync(join(folder, path), "utf8")]);
}
