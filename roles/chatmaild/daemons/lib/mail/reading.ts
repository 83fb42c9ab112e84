// What the rules must know of a message, gathered in one pass over its lines as they arrive: no copy of the message
// is made, and the work is spread over the time of its arrival.

import {
  boundaryOf,
  type ContentType,
  contentTypeOf,
  isIdentity,
  transferEncodingOf,
} from "./content-type.ts";
import { type Fields, HeaderReader, single } from "./header.ts";
import { readDataLines } from "./lines.ts";
import { encryptedForm, type Form, secureJoinForm } from "./parts.ts";
import { StructureReader } from "./structure.ts";

export interface Reading {
  readonly fields: Fields;
  /** The header can be read in one way only and is followed by an empty line. */
  readonly readable: boolean;
  /** The top type, undefined where it is ambiguous. */
  readonly type: string | undefined;
  /** In which of the two forms that pass the message is; "clear" is all others. */
  readonly kind: "encrypted" | "secure-join" | "clear";
}

export class MessageReader {
  readonly #incoming: boolean;
  readonly #header = new HeaderReader();
  #state: "header" | "body" | "bad" = "header";
  #type: ContentType | undefined;
  #form: Form | undefined;
  #structure: StructureReader | undefined;

  constructor({ incoming }: { readonly incoming: boolean }) {
    this.#incoming = incoming;
  }

  /** A line of DATA: its dot-stuffing (RFC 5321 section 4.5.2) is taken away here, for receivers do so too. */
  readonly line = (bytes: Buffer, stuffed: number, end: number): void => {
    const start = bytes[stuffed] === 0x2e && stuffed < end ? stuffed + 1 : stuffed;
    if (this.#state === "body") this.#structure?.line(bytes, start, end);
    if (this.#state !== "header") return;
    const more = this.#header.line(bytes, start, end);
    if (more === "bad") this.#state = "bad";
    if (more === "end") this.#endOfHeader();
  };

  #endOfHeader(): void {
    this.#state = "body";
    const { fields } = this.#header;
    this.#type = contentTypeOf(fields);
    this.#form = this.#type && formOf(this.#type, fields, this.#incoming);
    const boundary = this.#type && boundaryOf(this.#type);
    if (!this.#form || boundary === undefined || !isIdentity(transferEncodingOf(fields))) return;
    this.#structure = new StructureReader({ form: this.#form, boundary });
  }

  get reading(): Reading {
    const isComplete = this.#state === "body" && this.#structure?.complete === true;
    return {
      fields: this.#header.fields,
      readable: this.#state === "body",
      type: this.#type?.type,
      kind: isComplete && this.#form ? this.#form.kind : "clear",
    };
  }
}

function formOf({ type, parameters }: ContentType, fields: Fields, incoming: boolean): Form | undefined {
  if (type === "multipart/encrypted") {
    const protocol = parameters.get("protocol") ?? "application/pgp-encrypted";
    return protocol.toLowerCase() === "application/pgp-encrypted" ? encryptedForm(incoming) : undefined;
  }
  const step = single(fields, "secure-join");
  const isRequest = step === "vc-request" || step === "vg-request";
  // In a digest a part without a type is a message, not text.
  const isMixed = type.startsWith("multipart/") && type !== "multipart/digest";
  return isRequest && isMixed ? secureJoinForm : undefined;
}

/** Reads a whole message as it stands in DATA, dot-stuffed; undefined when its framing is not right. */
export function readMessage(data: Buffer, options: { readonly incoming: boolean }): Reading | undefined {
  const reader = new MessageReader(options);
  return readDataLines(data, reader.line) ? reader.reading : undefined;
}
