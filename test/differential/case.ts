// A case: a playbook with what it needs, as one YAML file. Those of cases/ have the machine itself for their hosts: each
// is laid out in a temporary directory, below which out/ is what its hosts write. Those of cases-on-hosts/ need a host
// of the lab, since they alter accounts, packages and units. What Ansible makes of them stands in expected/ (capture.ts).

import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parse } from "yaml";

export interface Case {
  readonly name: string;
  /** What it shows, in a sentence. */
  readonly about: string;
  /** By path; playbook.yaml is what runs. */
  readonly files: Readonly<Record<string, string>>;
  /** The options of each run; what it has made is looked at after the last one. */
  readonly runs: readonly (readonly string[])[];
  /** On a host of the lab: shell that tells what is there. */
  readonly look: readonly string[];
}

const here = import.meta.dirname;
export const expectedFile = (name: string): string => join(here, "expected", `${name}.json`);

/** Three hosts that are all this machine. Each keeps its notifications apart, as real hosts would. */
const INVENTORY = `all:
  vars:
    ansible_connection: local
    ansible_python_interpreter: /usr/bin/python3
    ansible_state_directory: "{{ inventory_dir }}/.state/{{ inventory_hostname }}"
    out: "{{ inventory_dir }}/out"
    mine: "{{ out }}/{{ inventory_hostname }}"
  hosts:
    one:
    two:
    three:
`;

export const readCases = (): Case[] => read("cases", { "inventory.yaml": INVENTORY });

/** Their inventory names the host that they are run on (on-host.ts). */
export const readCasesOnHosts = (): Case[] => read("cases-on-hosts", {});

function read(folder: string, given: Readonly<Record<string, string>>): Case[] {
  const files = readdirSync(join(here, folder)).filter((file) => file.endsWith(".yaml"));
  return files.sort().map((file) => {
    const { about, runs = [""], look = [], ...rest } = parse(readFileSync(join(here, folder, file), "utf8"));
    const words = (options: string): string[] => options.split(" ").filter(Boolean);
    return {
      name: basename(file, ".yaml"),
      about,
      files: { ...given, ...rest.files },
      runs: runs.map(words),
      look,
    };
  });
}

/** Lays a case out, lets `work` run in its directory, and takes the directory away. */
export async function laidOut<Result>(
  { files }: Pick<Case, "files">,
  work: (directory: string) => Promise<Result>,
): Promise<Result> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "differential-")));
  try {
    mkdirSync(join(directory, "out"));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    return await work(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
