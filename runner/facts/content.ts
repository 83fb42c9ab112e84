// The bytes of a file (links followed), for modules that edit text and for diffs. Each travels as base64,
// so that nothing in it, and no change of it meanwhile, can disturb the framing.

import { createHash } from "node:crypto";
import { quote } from "../transport/quote.ts";
import { cleanPath } from "./clean-path.ts";
import { defineFact } from "./fact.ts";
import { all, MISSING, must, textFields } from "./fields.ts";

export type FileContent =
  | { readonly type: "content"; readonly bytes: Uint8Array }
  /** Longer than what was asked for. */
  | { readonly type: "large" }
  | { readonly type: "absent" }
  | { readonly type: "denied" }
  | { readonly type: "other" };

interface Ask {
  readonly path: string;
  readonly limit: number;
}

/** What a module can edit; a text file of the system is never that long. */
export const CONTENT_LIMIT = 16 * 1024 * 1024;
/** What a person can read in a diff. */
export const DIFF_LIMIT = 100 * 1024;

const fact = defineFact<Ask, FileContent>({
  name: "content",
  script: (asks) => `cd /
${MISSING}
look() {
  if [ -f "$1" ]; then if [ -r "$1" ]; then printf c; head -c "$2" -- "$1" | base64 -w0; else printf d; fi
  elif [ -e "$1" ]; then printf o
  else missing "$1"
  fi
  printf '\\0'
}
${asks.map(({ path, limit }) => `look ${quote(path)} ${limit + 1}`).join("\n")}`,
  parse(stdout, asks) {
    const fields = textFields(stdout);
    return asks.map(({ limit }, index): FileContent => {
      const field = fields[index] ?? "a";
      switch (field[0]) {
        case "c": {
          const bytes = Buffer.from(field.slice(1), "base64");
          return bytes.length > limit ? { type: "large" } : { type: "content", bytes };
        }
        case "d":
          return { type: "denied" };
        case "o":
          return { type: "other" };
        default:
          return { type: "absent" };
      }
    });
  },
  confirm: (known) =>
    all(
      known.map(({ ask: { path }, answer }) => {
        if (answer.type === "absent") return must([`[ ! -e ${quote(path)} ]`]);
        if (answer.type !== "content") return undefined;
        const hash = createHash("sha256").update(answer.bytes).digest("hex");
        return must([`[ "$(sha256sum <${quote(path)})" = ${quote(`${hash}  -`)} ]`]);
      }),
    ),
  subject: ({ path }) => ({ kind: "path", path }),
  key: ({ path, limit }) => `${limit}:${path}`,
});

export const fileContent = (path: string) => fact({ path: cleanPath(path), limit: CONTENT_LIMIT });

/** Only as much as a diff can show. */
export const shownContent = (path: string) => fact({ path: cleanPath(path), limit: DIFF_LIMIT });
