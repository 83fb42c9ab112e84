// The two layers of quoting in Dovecot's dict protocol. Outer: a value's TAB, CR, LF, NUL and byte 1 travel
// as byte 1 and a letter, so that they cannot end a field or a line. Inner: within a key made by Dovecot's
// %E modifier, quotes and backslashes have a backslash before them.

const TAB_ESCAPES: Readonly<Record<string, string>> = {
  "\u0000": "0",
  "\u0001": "1",
  "\t": "t",
  "\r": "r",
  "\n": "n",
};
const TAB_UNESCAPES = new Map(Object.entries(TAB_ESCAPES).map(([char, letter]) => [letter, char]));

export function tabEscape(value: string): string {
  return value.replace(/[\u0000\u0001\t\r\n]/g, (char) => `\u0001${TAB_ESCAPES[char]}`);
}

export function tabUnescape(field: string): string {
  return field.includes("\u0001")
    ? field.replace(/\u0001(.?)/gs, (_, letter: string) => TAB_UNESCAPES.get(letter) ?? letter)
    : field;
}

/** Splits at double quotes that have no backslash before them, then drops one backslash per escape. */
export function splitQuoted(key: string): string[] {
  const parts: string[] = [""];
  for (let i = 0; i < key.length; i++) {
    const char = key.charAt(i);
    if (char === '"') parts.push("");
    else if (char === "\\" && i + 1 < key.length) parts[parts.length - 1] += key.charAt(++i);
    else parts[parts.length - 1] += char;
  }
  return parts;
}
