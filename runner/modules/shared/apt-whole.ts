// What apt-get does with the whole host and not with packages that are named: upgrade, autoremove, autoclean, clean.
// Only apt-get itself knows what is to be done, so it tells afterwards.

import { quote } from "../../transport/quote.ts";
import type { Plan } from "../module.ts";

export interface WholeParams {
  readonly upgrade: "no" | "yes" | "safe" | "full" | "dist" | boolean;
  readonly autoremove: boolean;
  readonly autoclean: boolean;
  readonly clean: boolean;
  readonly purge: boolean;
}

interface Doing {
  /** The functions of apt-get.ts. */
  readonly functions: string;
  /** The lists of packages are fetched first. */
  readonly updates: boolean;
}

/** Nothing when nothing is wished for. */
export function aptWhole(params: WholeParams, { functions, updates }: Doing): Plan | undefined {
  const { upgrade, autoremove, autoclean, clean } = params;
  const purge = params.purge ? ["--purge"] : [];
  const wishes: readonly (readonly [wished: boolean, words: readonly string[], what: string])[] = [
    [upgrade !== "no" && upgrade !== false, upgradeWords(params), "upgrade the packages of the host"],
    [autoremove, ["autoremove", ...purge], "remove packages that nothing needs any more"],
    [autoclean, ["autoclean"], "remove package files that can no longer be downloaded"],
    [clean, ["clean"], "remove the package files that were downloaded"],
  ];
  const wish = wishes.find(([wished]) => wished);
  if (!wish) return undefined;
  const [, words, what] = wish;
  return {
    kind: "run",
    summary: updates ? `fetch the lists of packages, and ${what}` : what,
    script: `set -eu\n${functions}
${updates ? "apt_update\n" : ""}apt_do ${words.map(quote).join(" ")}
printf '%s\\n' "$out"`,
    touches: "everything",
    inCheckMode: "skip",
    interpret: ({ status, stdout, stderr }) => {
      if (status !== 0)
        return { failed: true, msg: `could not ${what}: ${Buffer.from(stderr).toString().trim()}` };
      return { changed: hasDone(Buffer.from(stdout).toString()), cache_updated: updates };
    },
  };
}

/** As Ansible has them: yes and safe install what is new and needed, but remove nothing. */
function upgradeWords({ upgrade, autoremove }: WholeParams): readonly string[] {
  const removing = autoremove ? ["--auto-remove"] : [];
  return upgrade === "full" || upgrade === "dist"
    ? ["dist-upgrade", ...removing]
    : ["upgrade", "--with-new-pkgs", ...removing];
}

/** What apt-get counts at its end, and what autoclean says of each file. */
function hasDone(out: string): boolean {
  return /\b[1-9]\d* (?:upgraded|newly installed|to remove)|^Del /m.test(out);
}
