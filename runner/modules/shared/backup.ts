// Keeps what a file was before it is written, beside it and named as Ansible does: PATH.PID.DATE@TIME~

import { quote } from "../../transport/quote.ts";
import type { Reply } from "../../transport/transport.ts";
import type { Result } from "../module.ts";

/** Shell that makes the copy and prints its name, in one line that a name may not break. */
export function backupLines(path: string): string {
  return [
    `kept=${quote(path)}.$$.$(date +%Y-%m-%d@%H:%M:%S~)`,
    `cp -p -- ${quote(path)} "$kept"`,
    `printf 'backup: %s\\n' "$kept"`,
  ].join("\n");
}

export function backupName(key: string): (reply: Reply) => Result {
  return ({ stdout }) => {
    const name = /^backup: (.*)$/m.exec(Buffer.from(stdout).toString())?.[1];
    return name === undefined ? {} : { [key]: name };
  };
}
