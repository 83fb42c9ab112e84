// Holds the body of a multipart message to a form (parts.ts): delimiters, part headers, part bodies and, around
// them, nothing (RFC 2046 section 5.1). A mail reader that shows preamble, epilogue or an extra part would show
// them in the clear, so text there is no form. Readers also differ in what they take for a delimiter, so a line
// that begins like one and goes on otherwise is none either.

import { contentTypeOf } from "./content-type.ts";
import { type Fields, HeaderReader, LONGEST_PART_HEADER, single } from "./header.ts";
import type { BodyReader, Form } from "./parts.ts";

type State = "preamble" | "explained" | "header" | "body" | "epilogue" | "bad";

/** The one sentence that Thunderbird and GPGMail put before the first part; it tells nothing. */
const KNOWN_PREAMBLE = /^This is an OpenPGP\/MIME encrypted message \(RFC (2440|4880|9580) and 3156\)$/;

export interface StructureOptions {
  readonly form: Form;
  readonly boundary: string;
}

export class StructureReader {
  readonly #form: Form;
  readonly #delimiter: string;
  #state: State = "preamble";
  #part = -1;
  #header = new HeaderReader();
  #body: BodyReader | undefined;

  constructor({ form, boundary }: StructureOptions) {
    this.#form = form;
    this.#delimiter = `--${boundary}`;
  }

  get complete(): boolean {
    return this.#state === "epilogue" && this.#part === this.#form.parts - 1;
  }

  line(bytes: Buffer, start: number, end: number): void {
    if (this.#state === "bad") return;
    this.#state = this.#isDelimiter(bytes, start, end)
      ? this.#delimit(bytes.toString("latin1", start + this.#delimiter.length, end))
      : this.#within(bytes, start, end);
  }

  #isDelimiter(bytes: Buffer, start: number, end: number): boolean {
    const { length } = this.#delimiter;
    return (
      end - start >= length &&
      bytes[start] === 0x2d &&
      bytes.toString("latin1", start, start + length) === this.#delimiter
    );
  }

  /** A delimiter line, with what follows the boundary on it. */
  #delimit(rest: string): State {
    if (this.#state === "header" || this.#state === "epilogue") return "bad";
    if (this.#state === "body" && !this.#body?.complete) return "bad";
    if (rest === "--") return this.#state === "body" ? "epilogue" : "bad";
    if (rest !== "" || this.#part + 1 >= this.#form.parts) return "bad";
    this.#part++;
    this.#header = new HeaderReader(LONGEST_PART_HEADER);
    return "header";
  }

  #within(bytes: Buffer, start: number, end: number): State {
    switch (this.#state) {
      case "preamble":
        if (start === end) return "preamble";
        return this.#isKnownPreamble(bytes, start, end) ? "explained" : "bad";
      case "explained":
        return start === end ? "explained" : "bad";
      case "header":
        return this.#headerLine(bytes, start, end);
      case "body":
        return this.#body?.line(bytes, start, end) ? "body" : "bad";
      case "epilogue":
        return start === end ? "epilogue" : "bad";
      case "bad":
        return "bad";
    }
  }

  #isKnownPreamble(bytes: Buffer, start: number, end: number): boolean {
    if (this.#form.kind !== "encrypted" || end - start > 100) return false;
    return KNOWN_PREAMBLE.test(bytes.toString("latin1", start, end));
  }

  #headerLine(bytes: Buffer, start: number, end: number): State {
    const more = this.#header.line(bytes, start, end);
    if (more !== "end") return more === "more" ? "header" : "bad";
    // Only fields that start with "Content-" mean something in a part (RFC 2045 section 3); others are a place for
    // text. But Delta Chat repeats the Message-ID of a Secure-Join request in its part.
    if (this.#header.hasForeignFields || !hasPlainId(this.#header.fields)) return "bad";
    const type = contentTypeOf(this.#header.fields);
    this.#body = type && this.#form.reader(this.#part, type, this.#header.fields);
    return this.#body ? "body" : "bad";
  }
}

/** There is no Message-ID, or one that is nothing else (RFC 5322 section 3.6.4). */
function hasPlainId(fields: Fields): boolean {
  return !fields.has("message-id") || /^<[!-;=?-~]{1,250}>$/.test(single(fields, "message-id") ?? "");
}
