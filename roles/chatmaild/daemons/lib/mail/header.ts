// Reads a header block line by line (RFC 5322 section 2.2, RFC 2045 for parts) and keeps the fields that the rules
// look at. Stricter than a mail parser must be: a line that one reader takes for a field and another for the
// beginning of the body makes the header unreadable. mailparser and libmime accept all of these.

export type Fields = ReadonlyMap<string, readonly string[]>;

/** Postfix cuts a longer field (header_size_limit), and what it cuts off would become text. */
const LONGEST_FIELD = 100_000;
const LONGEST_HEADER = 256 * 1024;
/** The header of a part says how to read it, and is no place for text that a reader might show. */
export const LONGEST_PART_HEADER = 2000;

const KEPT = new Set([
  "from",
  "subject",
  "content-type",
  "content-transfer-encoding",
  "secure-join",
  "auto-submitted",
  "message-id",
]);

export class HeaderReader {
  readonly fields: Map<string, string[]> = new Map();
  /** Some field is neither about the content nor its Message-ID. */
  hasForeignFields = false;
  #size = 0;
  #fieldSize = 0;
  #field: string[] | undefined;
  #started = false;
  readonly #longest: number;

  constructor(longest: number = LONGEST_HEADER) {
    this.#longest = longest;
  }

  /** Takes a line without CRLF and without dot-stuffing: whether the header goes on, ended here, or is unreadable. */
  line(bytes: Buffer, start: number, end: number): "more" | "end" | "bad" {
    if (start === end) return this.#end();
    this.#size += end - start;
    if (this.#size > this.#longest || bytes.subarray(start, end).includes(0)) return "bad";
    const first = bytes[start];
    if (first === 0x20 || first === 0x09) return this.#continue(bytes.toString("latin1", start, end));
    const colon = bytes.indexOf(0x3a, start);
    if (colon <= start || colon >= end) return "bad";
    const name = bytes.toString("latin1", start, colon).toLowerCase();
    if (!/^[!-9;-~]+$/.test(name)) return "bad";
    this.#started = true;
    this.#fieldSize = end - start;
    if (this.#fieldSize > LONGEST_FIELD) return "bad";
    if (!name.startsWith("content-") && name !== "message-id") this.hasForeignFields = true;
    this.#field = undefined;
    if (KEPT.has(name)) {
      this.#field = this.fields.get(name) ?? [];
      this.#field.push(bytes.toString("latin1", colon + 1, end));
      this.fields.set(name, this.#field);
    }
    return "more";
  }

  /** Once, at the end: a field may have tens of thousands of lines. */
  #end(): "end" {
    for (const [name, values] of this.fields) this.fields.set(name, values.map(trimmed));
    return "end";
  }

  /** A line of white space only is a continuation to some and the header's end to others. */
  #continue(text: string): "more" | "bad" {
    this.#fieldSize += text.length;
    if (!this.#started || this.#fieldSize > LONGEST_FIELD || /^[ \t]*$/.test(text)) return "bad";
    const field = this.#field;
    if (field) field[field.length - 1] += text;
    return "more";
  }
}

/**
 * Without the white space of RFC 5322 around it. String.trim() takes bytes away that are none, such as 0xa0, and a
 * regular expression for the end of a text tries every run of spaces in it: seconds for a field that is full of them.
 */
function trimmed(text: string): string {
  const isSpace = (at: number): boolean => text[at] === " " || text[at] === "\t";
  let [start, end] = [0, text.length];
  while (start < end && isSpace(start)) start++;
  while (end > start && isSpace(end - 1)) end--;
  return text.slice(start, end);
}

/** The field's value when it occurs exactly once. Bytes above 127 appear as Latin-1. */
export function single(fields: Fields, name: string): string | undefined {
  const values = fields.get(name);
  return values?.length === 1 ? values[0] : undefined;
}
