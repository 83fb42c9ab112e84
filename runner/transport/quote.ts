// Quotes a value as one word of POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes).
// The only place where text becomes shell: everything that is not a constant of ours goes through here.

/** The value as one shell word, whatever it holds. Throws for NUL, which no argument can carry. */
export function quote(value: string): string {
  if (value.includes("\0")) throw new NulInWord("a shell word cannot contain NUL");
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(value) && !value.startsWith("=")
    ? value
    : `'${value.replaceAll("'", "'\\''")}'`;
}

/** A path that may begin with ~ or ~USER, which stands for a home: that, for the shell to expand, and the rest as it is. */
export function splitHome(path: string): readonly [home: string, rest: string] {
  const home = /^~(?:[A-Za-z_][\w-]*)?(?=\/|$)/.exec(path)?.[0] ?? "";
  return [home, path.slice(home.length)];
}

/** A text with a NUL, which neither a command line nor a path can hold. */
export class NulInWord extends TypeError {}
