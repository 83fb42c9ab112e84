// How fact scripts and their parsers talk: fields that end with NUL, the one byte that no file name can
// hold, and the shell pieces that more than one script needs.

import { quote } from "../transport/quote.ts";

/** What was printed, cut after each NUL. Throws when the last field is not complete. */
export function byteFields(stdout: Uint8Array): Buffer[] {
  const bytes = Buffer.from(stdout.buffer, stdout.byteOffset, stdout.byteLength);
  const fields: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(0); end >= 0; end = bytes.indexOf(0, start)) {
    fields.push(bytes.subarray(start, end));
    start = end + 1;
  }
  if (start < bytes.length)
    throw new Error(`the host's answer breaks off: ${clip(bytes.toString("utf8", start))}`);
  return fields;
}

export function textFields(stdout: Uint8Array): string[] {
  return byteFields(stdout).map((field) => field.toString("utf8"));
}

export function textLines(stdout: Uint8Array): string[] {
  const text = Buffer.from(stdout).toString("utf8");
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

/** Takes fields one after the other. */
export function reader<Field>(fields: readonly Field[]): { next(): Field; done(): boolean } {
  let at = 0;
  return {
    next() {
      const field = fields[at];
      if (field === undefined) throw new Error("the host's answer breaks off");
      at += 1;
      return field;
    },
    done: () => at >= fields.length,
  };
}

export function words(values: readonly string[]): string {
  return values.map(quote).join(" ");
}

/**
 * Shell function `missing PATH`: prints `a` when there is no such path, `d` when that cannot be known because
 * a directory on the way may not be searched.
 */
export const MISSING = `missing() {
  d=$1
  until [ -z "$d" ] || [ -e "$d" ] || [ -L "$d" ]; do
    case $d in */*) d=\${d%/*} ;; *) d=. ;; esac
  done
  if [ -d "$d/" ] && ! [ -x "$d/" ]; then printf d; else printf a; fi
}`;

/** Ends a script that confirms answers when one of some conditions does not hold. */
export function must(conditions: readonly string[]): string {
  return conditions.map((condition) => `${condition} || exit 1`).join("\n");
}

/** One script of what confirms several answers; undefined when one of them cannot be confirmed. */
export function all(scripts: readonly (string | undefined)[]): string | undefined {
  return scripts.includes(undefined) ? undefined : scripts.filter(Boolean).join("\n");
}

function clip(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}...` : text);
}
