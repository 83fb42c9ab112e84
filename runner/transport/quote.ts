// Quotes a value as one word of POSIX shell (POSIX.1-2017, Shell Command Language, 2.2.2 Single-Quotes).
// The only place where text becomes shell: everything that is not a constant of ours goes through here.

/** The value as one shell word, whatever it holds. Throws for NUL, which no argument can carry. */
export function quote(value: string): string {
  if (value.includes("\0")) throw new NulInWord("a shell word cannot contain NUL");
  return /^[A-Za-z0-9_./:=@%+,-]+$/.test(value) && !value.startsWith("=")
    ? value
    : `'${value.replaceAll("'", "'\\''")}'`;
}

/** A text with a NUL, which neither a command line nor a path can hold. */
export class NulInWord extends TypeError {}
