// Writes the state as a playbook with roles that chatmail-play and Ansible both run, with an inventory and
// Ansible's configuration at its best: pipelining and a connection that persists; or mitogen.

import { mkdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type File, type Group, LEVEL, NAMES, ROLES, USUAL_LEVEL } from "./state.ts";

/** How a host is reached: itself, or a relay in front of it. */
export interface Reach {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** The private key that logs in as root. */
  readonly identity: string;
  readonly knownHosts: string;
}

export async function writeProject(directory: string, groups: readonly Group[]): Promise<void> {
  const files = new Map<string, string>([["site.yaml", yaml([play])]]);
  for (const role of ROLES) {
    const own = groups.filter((each) => each.role === role);
    files.set(`roles/${role}/tasks/main.yaml`, yaml(own.flatMap(tasks)));
    files.set(`roles/${role}/handlers/main.yaml`, yaml(own.map(handler)));
    files.set(`roles/${role}/defaults/main.yaml`, yaml({ bench_names: NAMES, [LEVEL]: USUAL_LEVEL }));
    for (const { name, files: texts } of own) {
      for (const { path, text, template } of texts) {
        const folder = template === undefined ? "files" : "templates";
        files.set(`roles/${role}/${folder}/${name}/${basename(path)}`, template ?? text);
      }
    }
  }
  for (const [name, text] of files) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
}

/** Gives the inventory's path. */
export async function writeInventory(file: string, hosts: readonly Reach[]): Promise<string> {
  const entries = hosts.map(({ name, address, port, identity, knownHosts }) => [
    name,
    {
      ansible_host: address,
      ansible_port: port,
      ansible_user: "root",
      ansible_ssh_private_key_file: identity,
      ansible_known_hosts_file: knownHosts,
      ansible_python_interpreter: "/usr/bin/python3",
    },
  ]);
  await writeFile(file, yaml({ all: { hosts: Object.fromEntries(entries) } }));
  return file;
}

/** Ansible's settings; gives the path of its configuration file. */
export async function writeAnsibleConfiguration(
  directory: string,
  knownHosts: string,
  mitogen: string | undefined,
): Promise<string> {
  const file = join(directory, mitogen ? "mitogen.cfg" : "ansible.cfg");
  const strategy = mitogen ? `strategy_plugins = ${mitogen}\nstrategy = mitogen_linear\n` : "";
  await writeFile(
    file,
    `[defaults]\nforks = 10\nhost_key_checking = True\n${strategy}[ssh_connection]\npipelining = True\nssh_args = -F none -o IdentitiesOnly=yes -o UserKnownHostsFile=${knownHosts} -o ControlMaster=auto -o ControlPersist=60s\ncontrol_path_dir = ${join(directory, "cp")}\n`,
  );
  return file;
}

const RELOAD = "reload systemd";
const play = {
  hosts: "all",
  gather_facts: false,
  roles: ROLES,
  handlers: [{ name: RELOAD, systemd: { daemon_reload: true } }],
};

function tasks({ name, packages, user, home, directory, files, line, link, unit }: Group): object[] {
  const shared = { owner: "root", group: "root" };
  return [
    { name: `${name}: packages`, apt: { name: packages, state: "present" } },
    {
      name: `${name}: user`,
      user: { name: user, system: true, home, create_home: false, shell: "/usr/sbin/nologin" },
    },
    { name: `${name}: settings`, file: { path: directory, state: "directory", mode: "0755", ...shared } },
    {
      name: `${name}: home`,
      file: { path: home, state: "directory", mode: "0750", owner: user, group: user },
    },
    ...files.map((file) => fileTask(name, file)),
    {
      name: `${name}: line`,
      lineinfile: { path: line.path, regexp: "^limit", line: line.text, create: true, mode: "0644" },
    },
    { name: `${name}: link`, file: { src: link.target, dest: link.path, state: "link" } },
    { name: `${name}: service`, systemd: { name: unit, enabled: true, state: "started" } },
  ];
}

function fileTask(name: string, { path, mode, template, restarts }: File): object {
  const params = { src: `${name}/${basename(path)}`, dest: path, owner: "root", group: "root", mode };
  return {
    name: `${name}: ${basename(path)}`,
    [template === undefined ? "copy" : "template"]: params,
    ...(template === undefined ? {} : { vars: { bench_of: name } }),
    ...(restarts ? { notify: [...(path.endsWith(".service") ? [RELOAD] : []), `restart ${name}`] } : {}),
  };
}

function handler({ name, unit }: Group): object {
  return { name: `restart ${name}`, systemd: { name: unit, state: "restarted" } };
}

/** JSON is YAML. */
const yaml = (value: unknown): string => `${JSON.stringify(value, undefined, 1)}\n`;
