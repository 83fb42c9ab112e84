// An argument of command as Ansible hands it on: $NAME and ${NAME} stand for variables of the environment that are set,
// a ~ at its beginning for a home. Nothing else in it is special.

import { quote, splitHome } from "../../transport/quote.ts";

/** One word of shell. */
export function expandWord(word: string): string {
  const [home, bare] = splitHome(word);
  const parts = bare.split(/(\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\}))/);
  const rest = parts.map((part, index) => (index % 2 === 1 ? variable(part) : part && quote(part))).join("");
  return home + rest || quote("");
}

/** One that is not set stays as it is written. */
function variable(written: string): string {
  return `"\${${written.replace(/\W/g, "")}-$(printf %s ${quote(written)})}"`;
}
