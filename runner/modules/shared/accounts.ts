// What user and group share: the form of names, and what a change of accounts alters.

import type { Subject } from "../../facts/fact.ts";

/** What shadow's tools take; a leading dash or a colon never gets near them. */
export const ACCOUNT_NAME = {
  type: "string",
  pattern: "^[A-Za-z0-9_.][A-Za-z0-9_.-]{0,31}\\$?$",
  errorMessage: "a name of letters, digits, _, . and - is expected, 32 at most",
} as const;

const FILES = ["passwd", "shadow", "group", "gshadow"].map(
  (name) => ({ kind: "path", path: `/etc/${name}` }) as const,
);

/** In check mode all that is known of other accounts stays: a change says of its own what it will be. */
export function accountSubjects(check: boolean): Subject[] {
  return check ? FILES : [{ kind: "accounts" }, { kind: "groups" }, ...FILES];
}
