// Text of hosts, files and users, made safe to print: nothing in it moves the cursor, sets colours, hides or
// reorders what stands beside it. What is escaped is shown as `\x1b` or `\u202e`.

/**
 * Control characters (but tab and newline), and those that turn the direction of text or take no room:
 * C0, DEL, C1, direction marks and overrides, zero-width characters, tags, half surrogates.
 */
const UNSAFE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** One line of a text; tabs stay, so that it can be copied. */
export function visible(line: string): string {
  return line.replace(UNSAFE, escaped).replace(/\n/g, "\\n");
}

/** For names: no tabs either. */
export function visibleName(name: string): string {
  return visible(name).replace(/\t/g, "\\t");
}

/** The lines of a text; an end of line in the manner of Windows is one, a final one begins no line. */
export function visibleLines(text: string): string[] {
  return text
    .replace(/\r?\n$/, "")
    .split(/\r?\n/)
    .map(visible);
}

/** For JSON texts, where the same characters have another notation that readers turn back. */
export function visibleJson(json: string): string {
  return json.replace(UNSAFE, (character) =>
    [...Array(character.length).keys()].map((index) => unicode(character.charCodeAt(index))).join(""),
  );
}

function escaped(character: string): string {
  if (character === "\r") return "\\r";
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : unicode(code);
}

function unicode(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
