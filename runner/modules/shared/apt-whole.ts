// What apt-get does with the whole host and not with packages that are named: upgrade, autoremove, autoclean, clean.
// Only apt-get itself knows what is to be done, so it tells afterwards.

import { quote } from "../../transport/quote.ts";
import type { Plan } from "../module.ts";

export interface WholeWish {
  /** The arguments of apt-get. */
  readonly words: readonly string[];
  /** For people: what it is about. */
  readonly what: string;
  /** The functions of apt-get.ts. */
  readonly functions: string;
  /** The lists of packages are fetched first. */
  readonly update: boolean;
}

export function aptWhole({ words, what, functions, update }: WholeWish): Plan {
  return {
    kind: "run",
    summary: update ? `fetch the lists of packages, and ${what}` : what,
    script: `set -eu\n${functions}
${update ? "apt_update\n" : ""}apt_do ${words.map(quote).join(" ")}
printf '%s\\n' "$out"`,
    touches: "everything",
    inCheckMode: "skip",
    interpret: ({ status, stdout, stderr }) => {
      if (status !== 0)
        return { failed: true, msg: `could not ${what}: ${Buffer.from(stderr).toString().trim()}` };
      return { changed: hasDone(Buffer.from(stdout).toString()), cache_updated: update };
    },
  };
}

/** What apt-get counts at its end, and what autoclean says of each file. */
function hasDone(out: string): boolean {
  return /\b[1-9]\d* (?:upgraded|newly installed|to remove)|^Del /m.test(out);
}
