// Content-Type and Content-Transfer-Encoding by the letter of RFC 2045 section 5.1. libmime's parser is made to
// get something out of everything; here a value that two readers could take for different things is no value:
// comments, a parameter given twice or in pieces (RFC 2231), white space where none belongs.

import { type Fields, single } from "./header.ts";

export interface ContentType {
  /** "type/subtype" in lower case. */
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const TOKEN = "[A-Za-z0-9!#$%&'*+.^_`{|}~-]+";
const TYPE = new RegExp(`^(${TOKEN}/${TOKEN})[ \\t]*(?=;|$)`);
const PARAMETER = new RegExp(
  `;[ \\t]*(?:(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\\\u0000-\\u0008\\u000a-\\u001f\\u007f]|\\\\[ -~])*)")[ \\t]*)?(?=;|$)`,
  "y",
);

export function parseContentType(value: string): ContentType | undefined {
  const head = TYPE.exec(value);
  if (!head?.[1]) return undefined;
  const parameters = new Map<string, string>();
  PARAMETER.lastIndex = head[0].length;
  while (PARAMETER.lastIndex < value.length) {
    const match = PARAMETER.exec(value);
    if (!match) return undefined;
    const [, name, token, quoted] = match;
    // A lone semicolon, at the end or between two parameters, is common and means the same to everybody.
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const plain = key.replace(/\*.*$/, "");
    if (parameters.has(key) || (plain !== key && DECISIVE.has(plain))) return undefined;
    parameters.set(key, token ?? quoted ?? "");
  }
  return { type: head[1].toLowerCase(), parameters };
}

/** Parameters that a rule looks at: they may not come in the pieces of RFC 2231. */
const DECISIVE = new Set(["boundary", "protocol", "charset"]);

/** The type of a header; text/plain where none is given (RFC 2045 section 5.2), undefined where it is ambiguous. */
export function contentTypeOf(fields: Fields): ContentType | undefined {
  if (!fields.has("content-type")) return { type: "text/plain", parameters: new Map() };
  const value = single(fields, "content-type");
  return value === undefined ? undefined : parseContentType(value);
}

/** A boundary that is written the same everywhere (RFC 2046 section 5.1.1, without the space that it allows). */
export function boundaryOf({ parameters }: ContentType): string | undefined {
  const boundary = parameters.get("boundary");
  // Some readers decode encoded words (RFC 2047) in parameters too, where they have no meaning.
  if (boundary === undefined || boundary.includes("=?")) return undefined;
  return /^[0-9A-Za-z'()+_,./:=?-]{1,70}$/.test(boundary) ? boundary : undefined;
}

/** The transfer encoding in lower case, "7bit" where none is given, undefined where it is ambiguous. */
export function transferEncodingOf(fields: Fields): string | undefined {
  return fields.has("content-transfer-encoding")
    ? single(fields, "content-transfer-encoding")?.toLowerCase()
    : "7bit";
}

/** Encodings under which the bytes are the text. */
export function isIdentity(encoding: string | undefined): boolean {
  return encoding === "7bit" || encoding === "8bit" || encoding === "binary";
}
