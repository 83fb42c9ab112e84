// Whether anything matches a pattern, for `creates` and `removes`: *, ? and [...] as the shell has them.
// Dangling links count, as in Ansible; ~ and ~USER at the beginning are homes.

import { quote, splitHome } from "../transport/quote.ts";
import { cleanPath } from "./clean-path.ts";
import { defineFact } from "./fact.ts";
import { must } from "./fields.ts";

const fact = defineFact<string, boolean>({
  name: "glob",
  script: (patterns) => `look() {
  for f do if [ -e "$f" ] || [ -L "$f" ]; then printf 1; return; fi; done
  printf 0
}
${patterns.map((pattern) => `look ${shellPattern(pattern)}`).join("\n")}`,
  parse: (stdout, patterns) => patterns.map((_, index) => stdout[index] === "1".charCodeAt(0)),
  confirm: (known) =>
    `matches() {
  for f do if [ -e "$f" ] || [ -L "$f" ]; then return 0; fi; done
  return 1
}
${must(known.map(({ ask, answer }) => `${answer ? "" : "! "}matches ${shellPattern(ask)}`))}`,
  subject(pattern) {
    // Below the home, or where commands run.
    if (!pattern.startsWith("/")) return { kind: "path", path: "/", below: true };
    const [fixed] = pattern.split(/[*?[]/, 1);
    if (fixed === undefined || fixed === pattern) return { kind: "path", path: pattern };
    return { kind: "path", path: cleanPath(fixed.slice(0, fixed.lastIndexOf("/") + 1) || "/"), below: true };
  },
  key: (pattern) => pattern,
});

export const globExists = (pattern: string) => fact(cleanPath(pattern));

/** One word of shell in which only the pattern's own signs are special; [*], [?] and [[] mean the sign itself. */
export function shellPattern(pattern: string): string {
  const [home, rest] = splitHome(pattern);
  const inHome = rest.replace(/[^*?[]+|[*?]|\[(?:[*?[]\]|[!^]?[A-Za-z0-9_.-]+\])?/g, (part) => {
    if (part === "*" || part === "?") return part;
    if (/^\[[*?[]\]$/.test(part)) return quote(part.slice(1, 2));
    return part.startsWith("[") && part.length > 1 ? part.replace("[^", "[!") : quote(part);
  });
  return home + inHome;
}
