// How bytes are shown in a diff: text as it is, all else in one line.

import { createHash } from "node:crypto";
import { DIFF_LIMIT, type FileContent } from "../../facts/index.ts";
import { jsonOf } from "../../template/index.ts";

export const encode = (text: string): Uint8Array => Buffer.from(text, "utf8");

const ENCODINGS = {
  "utf-8": { buffer: "utf8", last: 0x10ffff },
  "utf-16-le": { buffer: "utf16le", last: 0x10ffff },
  "iso-8859-1": { buffer: "latin1", last: 0xff },
  "latin-1": { buffer: "latin1", last: 0xff },
  ascii: { buffer: "latin1", last: 0x7f },
} as const;

/** Throws with a sentence when the encoding has no such character. */
export function encodeAs(text: string, encoding: keyof typeof ENCODINGS): Uint8Array {
  const { buffer, last } = ENCODINGS[encoding];
  const strange = [...text].find((char) => (char.codePointAt(0) as number) > last);
  if (strange !== undefined) throw new Error(`${encoding} has no ${JSON.stringify(strange)}`);
  return Buffer.from(text, buffer);
}

export function digest(algorithm: string, bytes: Uint8Array): string {
  return createHash(algorithm).update(bytes).digest("hex");
}

export function showBytes(bytes: Uint8Array): string {
  const text = bytes.length > DIFF_LIMIT ? undefined : asText(bytes);
  return text ?? `(${bytes.length} bytes, sha256 ${digest("sha256", bytes)})\n`;
}

export function showContent(
  content: FileContent,
  known: { readonly size: number; readonly hash?: string },
): string {
  if (content.type === "content") return showBytes(content.bytes);
  if (content.type === "absent") return "";
  return `(${known.size} bytes${known.hash ? `, sha256 ${known.hash}` : ""})\n`;
}

/** Undefined for what is no text. */
export function asText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The text that a `content` of any type means: a mapping has the very bytes that Ansible gives it. */
export function contentText(content: unknown): string {
  if (typeof content === "string") return content;
  if (typeof content === "boolean") return content ? "True" : "False";
  return jsonOf(content);
}
