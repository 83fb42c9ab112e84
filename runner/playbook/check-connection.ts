// The variables that say how a host is reached: they have a schema, and are known before the run.

import { CONNECTION_SCHEMA } from "../inventory/connection.ts";
import type { Host } from "../inventory/inventory.ts";
import { TemplateError, UndefinedVariable } from "../template/value.ts";
import { connectionScope } from "../variables/magic.ts";
import { checkVariable } from "./check-variable.ts";
import type { Checked } from "./checked.ts";

const BY_KEY = "hosts are logged in to by key: see ansible_ssh_private_key_file";
const SHELL = "everything runs in the host's /bin/sh";

/** Ansible has these too; what does the same here. */
const NOT_CARRIED: Readonly<Record<string, string>> = {
  ansible_password: BY_KEY,
  ansible_ssh_pass: BY_KEY,
  ansible_ssh_password: BY_KEY,
  ansible_ssh_host: "write ansible_host",
  ansible_ssh_port: "write ansible_port",
  ansible_ssh_user: "write ansible_user",
  ansible_host_key_checking: "host keys are always checked: see --accept-new-host-keys",
  ansible_ssh_host_key_checking: "host keys are always checked: see --accept-new-host-keys",
  ansible_become_exe: "the runner finds sudo itself",
  ansible_become_flags: "the runner chooses sudo's options itself",
  ansible_sudo_pass: "write ansible_become_password",
  ansible_shell_type: SHELL,
  ansible_shell_executable: SHELL,
};

export function checkConnection(host: Host, checked: Checked): void {
  const layers = [...host.layers, checked.extra];
  for (const { entries } of layers) {
    for (const { key, keyAt, node } of entries.values()) {
      const hint = insteadOfVariable(key);
      if (hint === undefined) continue;
      // The line is going to be shown.
      if (key.includes("pass")) checked.secrets.hide(node.value);
      checked.problems.push({
        code: "connection-variable",
        message: `"${key}" is not supported`,
        at: keyAt,
        hint,
      });
    }
  }
  const scope = connectionScope(host, checked);
  for (const [name, schema] of Object.entries(CONNECTION_SCHEMA.properties)) {
    try {
      if (scope.has(name)) checkVariable({ name, schema }, scope.get(name), layers, checked);
    } catch (error) {
      if (!(error instanceof UndefinedVariable || error instanceof TemplateError)) throw error;
      checked.problems.push({ code: "wrong-variable", message: `${name}: ${error.message}`, at: error.at });
    }
  }
}

/** What does the same as one of Ansible's variables that is not carried; undefined for other names. */
export function insteadOfVariable(variable: string): string | undefined {
  return Object.hasOwn(NOT_CARRIED, variable) ? NOT_CARRIED[variable] : undefined;
}
