// What the bodies of a message's parts must be, line by line. The two kinds of message that pass have a fixed
// form, so nothing is searched for: each part is held to the one reader that its place asks for.

import { ArmorReader } from "./armor.ts";
import { type ContentType, isIdentity, transferEncodingOf } from "./content-type.ts";
import type { Fields } from "./header.ts";

/** Takes the lines of one part's body; `line` is false as soon as the body cannot be right. */
export interface BodyReader {
  line(bytes: Buffer, start: number, end: number): boolean;
  readonly complete: boolean;
}

/** The form that a multipart message must have. */
export interface Form {
  readonly kind: "encrypted" | "secure-join";
  readonly parts: number;
  /** The reader for the part with this number (from 0), or undefined when its header rules it out. */
  readonly reader: (part: number, type: ContentType, fields: Fields) => BodyReader | undefined;
}

/** OpenPGP/MIME, RFC 3156 section 4: a control part, then the encrypted message. */
export function encryptedForm(incoming: boolean): Form {
  return {
    kind: "encrypted",
    parts: 2,
    reader: (part, { type }, fields) => {
      const encoding = transferEncodingOf(fields);
      if (part === 0 && type === "application/pgp-encrypted" && isLiteral(encoding))
        return new TextReader(isVersion);
      if (part === 1 && type === "application/octet-stream" && isIdentity(encoding))
        return new ArmorReader({ versionLine: incoming });
      return undefined;
    },
  };
}

/** The first, necessarily unencrypted, step of Secure-Join: one part with a fixed text. */
export const secureJoinForm: Form = {
  kind: "secure-join",
  parts: 1,
  reader: (_, { type, parameters }, fields) => {
    const charset = parameters.get("charset") ?? "us-ascii";
    const fits =
      type === "text/plain" && /^(utf-8|us-ascii)$/i.test(charset) && isLiteral(transferEncodingOf(fields));
    return fits ? new TextReader(isSecureJoinRequest) : undefined;
  },
};

const isVersion = (text: string): boolean => text === "Version: 1";
const isSecureJoinRequest = (text: string): boolean => /^secure-join: v[cg]-request$/i.test(text);

/** The fixed texts have no "=", so that quoted-printable leaves them as they are. */
function isLiteral(encoding: string | undefined): boolean {
  return isIdentity(encoding) || encoding === "quoted-printable";
}

/** Longer than any of the fixed texts with the blank lines around them. */
const LONGEST_TEXT = 256;

class TextReader implements BodyReader {
  readonly #is: (text: string) => boolean;
  #text = "";

  constructor(is: (text: string) => boolean) {
    this.#is = is;
  }

  line(bytes: Buffer, start: number, end: number): boolean {
    this.#text += `${bytes.toString("latin1", start, Math.min(end, start + LONGEST_TEXT + 1))}\r\n`;
    return this.#text.length <= LONGEST_TEXT;
  }

  get complete(): boolean {
    return this.#is(this.#text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, ""));
  }
}
