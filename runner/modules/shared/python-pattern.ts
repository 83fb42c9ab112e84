// Regular expressions as Python's re has them, where JavaScript writes them otherwise. Only what people use
// in configuration files; anything else that JavaScript does not know is refused, not guessed.

/** Throws with a sentence when the pattern cannot be used. */
export function pythonPattern(source: string): RegExp {
  const flags = /^\(\?([a-zA-Z]+)\)/.exec(source);
  const unknown = flags?.[1]?.replace(/[imsuaL]/g, "");
  if (unknown) throw new Error(`the flag (?${unknown}) of a regular expression is not supported`);
  const body = flags ? source.slice(flags[0].length) : source;
  try {
    return new RegExp(translate(body), (flags?.[1] ?? "").replace(/[^ims]/g, ""));
  } catch (error) {
    throw new Error(`${JSON.stringify(source)} is no regular expression: ${(error as Error).message}`);
  }
}

function translate(source: string): string {
  return source.replace(/\\[\s\S]|\[\^?\]?|\(\?P<(\w+)>|\(\?P=(\w+)\)/g, (part, defined, used) => {
    if (part === "\\A") return "^";
    if (part === "\\Z") return "$";
    if (part.startsWith("[") && part.endsWith("]")) return `${part.slice(0, -1)}\\]`;
    if (defined) return `(?<${defined}>`;
    if (used) return `\\k<${used}>`;
    return part;
  });
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  f: "\f",
  v: "\v",
  a: "\x07",
  "\\": "\\",
};

/** Puts a match's groups where a template says \1 or \g<name>, as Python's match.expand does. */
export function expandGroups(template: string, match: RegExpExecArray): string {
  return template.replace(/\\(?:(\d{1,2})|g<(\w+)>|([\s\S]))/g, (whole, number, name, char) => {
    const group = number ?? name;
    if (group === undefined) return ESCAPES[char] ?? whole;
    if (/^\d+$/.test(group)) {
      if (Number(group) >= match.length) throw new Error(`the regular expression has no group ${group}`);
      return match[Number(group)] ?? "";
    }
    if (!(group in (match.groups ?? {}))) throw new Error(`the regular expression has no group ${group}`);
    return match.groups?.[group] ?? "";
  });
}
