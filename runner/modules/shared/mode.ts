// Permissions as Ansible takes them: octal text, the number that YAML 1.1 makes of 0644, or chmod(1)'s
// symbols, which start from what is there.

export interface ModeBase {
  readonly mode: number;
  readonly directory: boolean;
  readonly umask: number;
}

/** The bits that a `mode` parameter means for a file that has those of `base` now. */
export function modeBits(mode: string | number, base: ModeBase): number {
  if (typeof mode === "number") return mode;
  if (/^(0o)?[0-7]+$/.test(mode)) return Number.parseInt(mode.replace(/^0o/, ""), 8);
  // X asks, as in Ansible, what was there before all clauses.
  const searchable = base.directory || (base.mode & 0o111) !== 0;
  return mode
    .split(",")
    .reduce((bits, clause) => applyClause(clause, { ...base, mode: bits, searchable }), base.mode);
}

interface ClauseBase extends ModeBase {
  readonly searchable: boolean;
}

/** What a new file or directory gets when no mode is given. */
export function defaultBits(directory: boolean, umask: number): number {
  return (directory ? 0o777 : 0o666) & ~umask;
}

/** As people write it: 0644. */
export function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, "0")}`;
}

/** For chmod(1): five digits, so that the set-ID bits of directories are cleared too where they are not wanted. */
export function chmodWord(mode: number): string {
  return mode.toString(8).padStart(5, "0");
}

const CLASSES = { u: 6, g: 3, o: 0 } as const;
type Class = keyof typeof CLASSES;
const SPECIAL: Readonly<Record<Class, number>> = { u: 0o4000, g: 0o2000, o: 0o1000 };

function applyClause(clause: string, base: ClauseBase): number {
  const who = /^[ugoa]*/.exec(clause)?.[0] ?? "";
  const classes = (who === "" || who.includes("a") ? ["u", "g", "o"] : [...new Set(who)]) as Class[];
  const hidden = who === "" ? base.umask : 0;
  let bits = base.mode;
  for (const [, operator, letters = ""] of clause
    .slice(who.length)
    .matchAll(/([-+=])([rwxXst]*|[ugo])(?=[-+=]|$)/g)) {
    for (const each of classes) {
      const wanted = classBits(each, letters, { ...base, mode: bits }) & ~hidden;
      if (operator === "+") bits |= wanted;
      else if (operator === "-") bits &= ~wanted;
      else bits = (bits & ~((7 << CLASSES[each]) | SPECIAL[each])) | wanted;
    }
  }
  return bits;
}

function classBits(each: Class, letters: string, { mode, searchable }: ClauseBase): number {
  const shift = CLASSES[each];
  let bits = 0;
  for (const letter of letters) {
    if (letter === "r") bits |= 4 << shift;
    else if (letter === "w") bits |= 2 << shift;
    else if (letter === "x" || (letter === "X" && searchable)) bits |= 1 << shift;
    else if (letter === "s" && each !== "o") bits |= SPECIAL[each];
    else if (letter === "t" && each === "o") bits |= SPECIAL.o;
    else if (letter in CLASSES) bits |= ((mode >> CLASSES[letter as Class]) & 7) << shift;
  }
  return bits;
}

const BITS = {
  isuid: 0o4000,
  isgid: 0o2000,
  rusr: 0o400,
  wusr: 0o200,
  xusr: 0o100,
  rgrp: 0o40,
  wgrp: 0o20,
  xgrp: 0o10,
  roth: 4,
  woth: 2,
  xoth: 1,
} as const;

/** Each by its name, as stat and find tell of them. */
export function permissions(mode: number): Readonly<Record<string, boolean>> {
  return Object.fromEntries(Object.entries(BITS).map(([name, bit]) => [name, (mode & bit) !== 0]));
}
