// What filters, tests, methods and functions take: positional and named arguments are put in order here
// once, as Python would, so that every implementation is given a plain list.

import { type Arguments, Fault } from "./values.ts";

export interface Signature {
  readonly names: readonly string[];
  /** How many of the names must be given. */
  readonly required: number;
  /** Takes more positional arguments (`*`), or any named ones (`**`). */
  readonly rest: boolean;
  readonly anyNamed: boolean;
}

const known = new Map<string, Signature>();

/** From a text such as "pattern replacement? *rest **options"; `?` marks what may be left out. */
export function signatureOf(text = ""): Signature {
  const made = known.get(text) ?? parse(text);
  known.set(text, made);
  return made;
}

function parse(text: string): Signature {
  const words = text.split(" ").filter((word) => word !== "");
  const names = words.filter((word) => !word.startsWith("*"));
  return {
    names: names.map((name) => name.replace("?", "")),
    required: names.filter((name) => !name.endsWith("?")).length,
    rest: words.some((word) => /^\*[^*]/.test(word)),
    anyNamed: words.some((word) => word.startsWith("**")),
  };
}

/** What is wrong with such a call, in words; undefined when it is right. */
export function misuse(
  what: string,
  signature: Signature,
  count: number,
  named: Iterable<string>,
): string | undefined {
  const { names, required, rest, anyNamed } = signature;
  const given = [...named];
  if (count > names.length && !rest) {
    return `${what} takes ${names.length === 0 ? "no arguments" : `at most ${names.length} (${names.join(", ")})`}`;
  }
  const unknown = given.find((name) => !anyNamed && !names.includes(name));
  if (unknown !== undefined) return `${what} has no argument "${unknown}"`;
  const twice = given.find((name) => names.indexOf(name) !== -1 && names.indexOf(name) < count);
  if (twice !== undefined) return `${what} is given "${twice}" twice`;
  const missing = names.slice(count, required).find((name) => !given.includes(name));
  return missing === undefined ? undefined : `${what} needs the argument "${missing}"`;
}

export interface Bound {
  /** In the order of the signature's names; undefined where left out. */
  readonly args: readonly unknown[];
  readonly rest: readonly unknown[];
  readonly named: ReadonlyMap<string, unknown>;
}

export function bind(what: string, signature: Signature, { positional, named }: Arguments): Bound {
  const wrong = misuse(what, signature, positional.length, named.keys());
  if (wrong !== undefined) throw new Fault(wrong);
  const { names } = signature;
  if (named.size === 0)
    return { args: positional.slice(0, names.length), rest: positional.slice(names.length), named };
  return {
    args: names.map((name, index) => (index < positional.length ? positional[index] : named.get(name))),
    rest: positional.slice(names.length),
    named: new Map([...named].filter(([name]) => !names.includes(name))),
  };
}
