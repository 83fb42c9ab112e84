// Filters with Python's regular expressions (python/regex.ts).

import { text } from "../python/convert.ts";
import { truthy } from "../python/operators.ts";
import { expandReplacement, pythonRegex, type RegexOptions } from "../python/regex.ts";
import { Fault, tuple } from "../python/values.ts";
import type { Filter } from "./filter.ts";

function flags(ignorecase: unknown, multiline: unknown): RegexOptions {
  return { ignorecase: truthy(ignorecase), multiline: truthy(multiline) };
}

export const regexFilters: readonly Filter[] = [
  {
    name: "regex_replace",
    doc: "With every match of a pattern replaced; \\1 and \\g<name> stand for groups.",
    example: "'mail-1' | regex_replace('-([0-9])', ' no. \\1')",
    params: "pattern? replacement? ignorecase? multiline? count?",
    apply: (input, [pattern = "", replacement = "", ignorecase, multiline, count = 0]) => {
      const regex = pythonRegex(text(pattern), { ...flags(ignorecase, multiline), mode: "g" });
      const max = Number(count);
      let done = 0;
      const subject = text(input);
      let [result, end] = ["", 0];
      for (const match of subject.matchAll(regex)) {
        if (max > 0 && ++done > max) break;
        result += subject.slice(end, match.index) + expandReplacement(text(replacement), match);
        end = match.index + match[0].length;
      }
      return result + subject.slice(end);
    },
  },
  {
    name: "regex_search",
    doc: "The first match of a pattern, or none; with \\1, \\g<name> ... a list of those groups.",
    example: "'port 25' | regex_search('[0-9]+')",
    params: "regex *groups **flags",
    apply: (input, [pattern], { rest, named }) => {
      const match = pythonRegex(text(pattern), flags(named.get("ignorecase"), named.get("multiline"))).exec(
        text(input),
      );
      const groups = rest.map((group) => wantedGroup(text(group)));
      if (!match) return null;
      if (groups.length === 0) return match[0];
      return groups.map((group) => {
        const known =
          typeof group === "number" ? group < match.length : Object.hasOwn(match.groups ?? {}, group);
        if (!known) throw new Fault(`the pattern has no group ${group}`);
        return (typeof group === "number" ? match[group] : match.groups?.[group]) ?? null;
      });
    },
  },
  {
    name: "regex_findall",
    fresh: true,
    doc: "A list of all matches of a pattern, or of their groups where it has some.",
    example: "'1, 22' | regex_findall('[0-9]+')",
    params: "regex multiline? ignorecase?",
    apply: (input, [pattern, multiline, ignorecase]) => {
      const regex = pythonRegex(text(pattern), { ...flags(ignorecase, multiline), mode: "g" });
      return Array.from(text(input).matchAll(regex), (match) => {
        const groups = match.slice(1).map((group) => group ?? "");
        return groups.length === 0 ? match[0] : groups.length === 1 ? groups[0] : tuple(groups);
      });
    },
  },
  {
    name: "regex_escape",
    doc: "With every special character of regular expressions escaped.",
    example: "'a.b' | regex_escape",
    params: "re_type?",
    apply: (input, [type = "python"]) => {
      if (type === "python") return text(input).replace(/[()[\]{}?*+\-|^$\\.&~# \t\n\r\v\f]/g, "\\$&");
      if (type === "posix_basic") return text(input).replace(/[\].[^$*\\]/g, "\\$&");
      throw new Fault(
        `the filter regex_escape does not know "${text(type)}": python and posix_basic it does`,
      );
    },
  },
];

function wantedGroup(group: string): string | number {
  const [, number, name] = /^\\(?:(\d+)|g<(\S+)>)$/.exec(group) ?? [];
  if (name !== undefined) return /^\d+$/.test(name) ? Number(name) : name;
  if (number === undefined) throw new Fault(`"${group}" names no group: write \\1 or \\g<name>`);
  return Number(number);
}
