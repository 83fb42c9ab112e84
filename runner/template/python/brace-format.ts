// "{} {name}".format(value).
// https://docs.python.org/3/library/string.html#formatstrings

import { formatValue } from "./format-spec.ts";
import { itemOf, memberOf } from "./members.ts";
import { repr, str } from "./print.ts";
import { type Arguments, Fault, nowhere, Undefined } from "./values.ts";

/** str.format: {}, {0}, {name.member[key]!r:>10}. */
export function braceFormat(format: string, args: Arguments): string {
  let next = 0;
  const fill = (text: string, nested: boolean): string => {
    let result = "";
    let index = 0;
    while (index < text.length) {
      const char = text[index]!;
      if ((char === "{" || char === "}") && text[index + 1] === char) {
        result += char;
        index += 2;
      } else if (char === "{") {
        const end = closingBrace(text, index);
        result += field(text.slice(index + 1, end), nested);
        index = end + 1;
      } else if (char === "}") throw new Fault('a single "}" stands in the format');
      else {
        result += char;
        index++;
      }
    }
    return result;
  };
  const field = (text: string, nested: boolean): string => {
    const [, path = "", conversion, spec = ""] = /^([^!:]*)(?:!([rsa]))?(?::([\s\S]*))?$/.exec(text) ?? [];
    if (nested && spec.includes("{")) throw new Fault("the format is nested too deeply");
    let value = lookUp(path);
    if (conversion !== undefined) value = conversion === "s" ? str(value) : repr(value);
    return formatValue(value, fill(spec, true));
  };
  const lookUp = (path: string): unknown => {
    const [, first = "", rest = ""] = /^([^.[]*)([\s\S]*)$/.exec(path) ?? [];
    let value: unknown;
    if (first === "" || /^\d+$/.test(first)) {
      const at = first === "" ? next++ : Number(first);
      if (at >= args.positional.length) throw new Fault(`the format has no value number ${at}`);
      value = args.positional[at];
    } else {
      if (!args.named.has(first)) throw new Fault(`the format has no value named "${first}"`);
      value = args.named.get(first);
    }
    for (const [, name, key] of rest.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
      if (value instanceof Undefined) break;
      const missing = () => new Undefined(path, nowhere);
      if (name !== undefined) value = memberOf(value, name, missing);
      else value = itemOf(value, /^\d+$/.test(key!) ? Number(key) : key, missing);
    }
    return value;
  };
  return fill(format, false);
}

function closingBrace(text: string, from: number): number {
  let depth = 0;
  for (let index = from; index < text.length; index++) {
    if (text[index] === "{") depth++;
    if (text[index] === "}" && --depth === 0) return index;
  }
  throw new Fault('a single "{" stands in the format');
}
