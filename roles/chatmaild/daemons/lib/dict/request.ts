// One line of Dovecot's dict protocol, version 2 to 3 (Dovecot 2.3), as a value. The protocol has no RFC; it is
// described in Dovecot's sources, src/lib-dict/dict-client.h.

import { tabUnescape } from "./escape.ts";

export type DictRequest =
  | { readonly kind: "hello" }
  | { readonly kind: "lookup"; readonly key: string; readonly user: string }
  | { readonly kind: "iterate"; readonly prefix: string }
  | { readonly kind: "begin"; readonly id: string; readonly user: string }
  | { readonly kind: "set"; readonly id: string; readonly key: string; readonly value: string }
  | { readonly kind: "unset"; readonly id: string; readonly key: string }
  | { readonly kind: "commit"; readonly id: string }
  | { readonly kind: "rollback"; readonly id: string }
  | { readonly kind: "unknown"; readonly command: string };

/** Fields that an older Dovecot leaves out are empty. */
export function parseDictLine(line: string): DictRequest {
  const fields = line.slice(1).split("\t").map(tabUnescape);
  const [first = "", second = "", third = ""] = fields;
  switch (line[0]) {
    case "H":
      return { kind: "hello" };
    case "L":
      return { kind: "lookup", key: first, user: second };
    case "I":
      return { kind: "iterate", prefix: third };
    case "B":
      return { kind: "begin", id: first, user: second };
    case "S":
      return { kind: "set", id: first, key: second, value: third };
    case "U":
      return { kind: "unset", id: first, key: second };
    case "C":
      return { kind: "commit", id: first };
    case "R":
      return { kind: "rollback", id: first };
    default:
      return { kind: "unknown", command: line.slice(0, 1) };
  }
}
