// What OpenSSH's client configuration says about a host, as ssh_config(5) tells: the user's file before the machine's,
// the first value of each keyword counts, Include stands for the lines of other files. Match exec is never run.

import { readdir, readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { matchesList, matchesPattern } from "./known-hosts.ts";
import { Unreachable } from "./transport.ts";

/** Words of the first line that counts, by the keyword in small letters; of some keywords those of all lines. */
export type Directives = ReadonlyMap<string, readonly string[]>;

export interface Asked {
  readonly host: string;
  /** Whom to log in as, when that is not left to the files. */
  readonly user: string | undefined;
  readonly localUser: string;
  readonly home: string;
  /** Of the user, then of the machine. */
  readonly files: readonly string[];
}

const DEPTH_LIMIT = 16;
const ALL_COUNT: readonly string[] = ["identityfile", "certificatefile"];
/** Of these the first stands for both. */
const EXCLUDES: Readonly<Record<string, string>> = { proxyjump: "proxycommand", proxycommand: "proxyjump" };

/** A file that does not exist, and a directory, say nothing; one that cannot be read or understood is an error. */
export async function readDirectives(asked: Asked): Promise<Directives> {
  const reading: Reading = { asked, values: new Map(), final: false, wantsFinal: false };
  const pass = async () => {
    for (const file of asked.files)
      await readFrom(reading, { file, base: dirname(file), active: true, depth: 0 });
  };
  await pass();
  const canonical = reading.values.get("canonicalizehostname")?.[0] ?? "no";
  if (reading.wantsFinal || canonical !== "no") {
    reading.final = true;
    await pass();
  }
  return reading.values;
}

interface Reading {
  readonly asked: Asked;
  readonly values: Map<string, readonly string[]>;
  /** The files are read again, with the name that HostName has given. */
  final: boolean;
  wantsFinal: boolean;
}

interface From {
  readonly file: string;
  /** What names without a "/" before them count from. */
  readonly base: string;
  readonly active: boolean;
  readonly depth: number;
}

async function readFrom(reading: Reading, { file, base, active, depth }: From): Promise<void> {
  let applies = active;
  for (const [index, line] of (await linesOf(file)).entries()) {
    const place = `${file}:${index + 1}`;
    const [keyword, ...words] = wordsOf(line, place);
    switch (keyword) {
      case undefined:
        continue;
      case "host":
        applies = active && hostMatches(words, currentHost(reading));
        continue;
      case "match":
        applies = matchMatches(words, reading) && active;
        continue;
      case "include":
        if (depth >= DEPTH_LIMIT) throw new Unreachable(`${place} includes files too deeply`);
        for (const word of words) {
          const pattern = isAbsolute(word) ? word : fromHome(word, reading.asked.home, base);
          for (const each of await glob(pattern)) {
            await readFrom(reading, { file: each, base, active: applies, depth: depth + 1 });
          }
        }
        continue;
      default:
        if (applies && words.length > 0) take(reading.values, keyword, words);
    }
  }
}

function take(values: Map<string, readonly string[]>, keyword: string, words: readonly string[]): void {
  const before = values.get(keyword);
  const other = EXCLUDES[keyword];
  if (other !== undefined && values.has(other)) return;
  if (before === undefined) values.set(keyword, words);
  else if (ALL_COUNT.includes(keyword))
    values.set(keyword, [...before, ...words.filter((word) => !before.includes(word))]);
}

/** The name that ssh would connect to, as far as it is known by now. */
function hostNameOf({ asked, values }: Reading): string {
  return (values.get("hostname")?.[0] ?? "%h").replace(/%([%h])/g, (_, name) =>
    name === "h" ? asked.host : "%",
  );
}

function currentHost(reading: Reading): string {
  return reading.final ? hostNameOf(reading) : reading.asked.host;
}

function hostMatches(patterns: readonly string[], host: string): boolean {
  const meets = (pattern: string) => matchesPattern(pattern, host);
  if (patterns.some((pattern) => pattern.startsWith("!") && meets(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith("!") && meets(pattern));
}

/** What is not known here, and what would run a command, does not hold, and neither does its contrary. */
function matchMatches(words: readonly string[], reading: Reading): boolean {
  const { asked, values, final } = reading;
  const left = words.flatMap((word) => word.split("=")).filter((word) => word !== "");
  let all = left.length > 0;
  while (left.length > 0) {
    const word = left.shift()?.toLowerCase() ?? "";
    const negated = word.startsWith("!");
    const criterion = negated ? word.slice(1) : word;
    if (criterion === "final") reading.wantsFinal = true;
    let holds: boolean | undefined;
    if (criterion === "all") holds = true;
    else if (criterion === "final" || criterion === "canonical") holds = final;
    else {
      const list = left.shift() ?? "";
      if (criterion === "host") holds = matchesList(list.toLowerCase(), hostNameOf(reading).toLowerCase());
      if (criterion === "originalhost") holds = matchesList(list.toLowerCase(), asked.host.toLowerCase());
      if (criterion === "localuser") holds = matchesList(list, asked.localUser);
      if (criterion === "user") {
        holds = matchesList(list, asked.user ?? values.get("user")?.[0] ?? asked.localUser);
      }
    }
    all &&= holds !== undefined && holds !== negated;
  }
  return all;
}

async function linesOf(file: string): Promise<string[]> {
  try {
    const text = await readFile(file, "utf8");
    const { mode } = await stat(file);
    if ((mode & 0o002) !== 0 && process.platform !== "win32") {
      throw new Unreachable(
        `everybody may write to ${file}`,
        `chmod o-w ${file}, and see that it says what it should`,
      );
    }
    return text.split("\n");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return [];
    if (error instanceof Unreachable) throw error;
    throw new Unreachable(`cannot read ${file}: ${message}`);
  }
}

/** The keyword in small letters, one "=" or blanks, then words; quotes hold blanks, and "#" begins a comment. */
function wordsOf(line: string, place: string): string[] {
  const [, keyword = "", rest = ""] = /^"?([^\s="]*)"?(?:\s*=\s*|\s+)?(.*)$/s.exec(line.trim()) ?? [];
  if (keyword === "" || keyword.startsWith("#")) return [];
  const words: string[] = [];
  for (let at = 0; at < rest.length; ) {
    if (/\s/.test(rest[at] ?? "")) {
      at += 1;
      continue;
    }
    if (rest[at] === "#") break;
    let word = "";
    let quote = "";
    for (; at < rest.length && (quote !== "" || !/\s/.test(rest[at] ?? "")); at++) {
      const [char = "", next = ""] = [rest[at], rest[at + 1]];
      if (char === "\\" && (/["'\\]/.test(next) || (quote === "" && next === " "))) {
        word += next;
        at += 1;
      } else if (quote === "" ? char === '"' || char === "'" : char === quote)
        quote = quote === "" ? char : "";
      else word += char;
    }
    if (quote !== "") throw new Unreachable(`${place}: a quote is not closed`);
    words.push(word);
  }
  return [keyword.toLowerCase(), ...words];
}

function fromHome(text: string, home: string, base: string): string {
  return text === "~" || text.startsWith("~/") ? join(home, text.slice(2)) : join(base, text);
}

/** Files of a pattern with "*" and "?" in its last part, in order. */
async function glob(pattern: string): Promise<string[]> {
  if (!/[*?]/.test(pattern)) return [pattern];
  const directory = pattern.slice(0, pattern.lastIndexOf("/") + 1);
  const last = pattern.slice(directory.length);
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => matchesPattern(last, name) && (!name.startsWith(".") || last.startsWith(".")))
    .sort()
    .map((name) => directory + name);
}
