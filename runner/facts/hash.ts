// The checksum of a file's bytes (links followed), so that contents travel only when they differ. One
// process answers for all files of one algorithm.

import { quote } from "../transport/quote.ts";
import { cleanPath } from "./clean-path.ts";
import { defineFact } from "./fact.ts";
import { all, MISSING, must, reader, textFields, words } from "./fields.ts";

export type Algorithm = "sha1" | "sha224" | "sha256" | "sha384" | "sha512" | "md5";

export type FileHash =
  | { readonly type: "hash"; readonly hash: string }
  | { readonly type: "absent" }
  /** It may not be read by this user. */
  | { readonly type: "denied" }
  /** A directory, a device ... */
  | { readonly type: "other" };

interface Ask {
  readonly path: string;
  readonly algorithm: Algorithm;
}

const LETTERS: Readonly<Record<string, FileHash>> = {
  a: { type: "absent" },
  d: { type: "denied" },
  o: { type: "other" },
};

const fact = defineFact<Ask, FileHash>({
  name: "hash",
  script: (asks) =>
    `cd /\n${MISSING}\n${groups(asks)
      .map(
        ([algorithm, paths]) => `set -- ${words(paths)}
any=
for p do
  if [ -f "$p" ]; then if [ -r "$p" ]; then any=1; printf h; else printf d; fi
  elif [ -e "$p" ]; then printf o
  else missing "$p"
  fi
done
printf '\\0'
[ -z "$any" ] || for p do if [ -f "$p" ] && [ -r "$p" ]; then printf '%s\\0' "$p"; fi; done |
  xargs -0r ${algorithm}sum -z -- 2>/dev/null || :
printf '\\0'`,
      )
      .join("\n")}`,
  parse(stdout, asks) {
    const fields = reader(textFields(stdout));
    const answers = new Map<string, FileHash>();
    for (const [algorithm, paths] of groups(asks)) {
      const letters = fields.next();
      const hashes = new Map<string, string>();
      for (let line = fields.next(); line !== ""; line = fields.next()) {
        const at = line.indexOf(" ");
        hashes.set(line.slice(at + 2), line.slice(0, at));
      }
      for (const [index, path] of paths.entries()) {
        const hash = hashes.get(path);
        const answer: FileHash | undefined = hash ? { type: "hash", hash } : LETTERS[letters[index] ?? ""];
        answers.set(`${algorithm}:${path}`, answer ?? { type: "absent" });
      }
    }
    return asks.map((ask) => answers.get(keyOf(ask)) ?? { type: "absent" });
  },
  confirm: (known) =>
    all(
      known.map(({ ask: { path, algorithm }, answer }) => {
        if (answer.type === "absent") return must([`[ ! -e ${quote(path)} ]`]);
        if (answer.type !== "hash") return undefined;
        return must([`[ "$(${algorithm}sum <${quote(path)})" = ${quote(`${answer.hash}  -`)} ]`]);
      }),
    ),
  subject: ({ path }) => ({ kind: "path", path }),
  key: keyOf,
});

export const fileHash = (path: string, algorithm: Algorithm = "sha256") =>
  fact({ path: cleanPath(path), algorithm });

function keyOf({ path, algorithm }: Ask): string {
  return `${algorithm}:${path}`;
}

function groups(asks: readonly Ask[]): [Algorithm, string[]][] {
  const byAlgorithm = new Map<Algorithm, string[]>();
  for (const { algorithm, path } of asks) {
    byAlgorithm.set(algorithm, [...(byAlgorithm.get(algorithm) ?? []), path]);
  }
  return [...byAlgorithm];
}
