// Writes files of a set: none takes its place before all are there and the check of all has passed. The check
// sees the new files in their places, for it runs in a mount namespace of its own (unshare(1)): includes and
// maps may name each other by their real paths, and everybody else still sees the old files.

import { parentOf } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import { layBesideLines, refusalLines, type Writing } from "./write.ts";

/** Keeps the content of file number `index`, its standard input, for `moveInScript` in the same batch. */
export function stageScript(index: number): string {
  return `cat >"$T/set.${index}"`;
}

export function moveInScript(set: readonly Writing[], validate: string | undefined): string {
  const names = set.map((_, index) => `"$new${index}"`).join(" ");
  return [
    ...set.map((_, index) => `new${index}=`),
    `trap 'rm -f -- ${names}' EXIT`,
    "trap 'exit 1' HUP INT TERM",
    ...set.flatMap((writing, index) => layBesideLines(writing, `new${index}`, `"$T/set.${index}"`)),
    ...(validate === undefined ? [] : validateLines(set, validate)),
    `sync -- ${names}`,
    ...set.map(({ path }, index) => `mv -fT -- "$new${index}" ${quote(path)}`),
    "trap - EXIT",
  ].join("\n");
}

/**
 * A new file has no place to be mounted on, and one in the place of a link would be mounted where the link leads to:
 * the whole directory is then replaced by a copy that holds it.
 */
function validateLines(set: readonly Writing[], validate: string): string[] {
  const directories = [...new Set(set.map(({ path }) => parentOf(path)))];
  const copies = directories.map((directory, index) => {
    const fresh = set.flatMap(({ path }, number) => (parentOf(path) === directory ? [number] : []));
    const missing = fresh
      .map((number) => quote(set[number]?.path ?? ""))
      .map((path) => `[ ! -e ${path} ] || [ -L ${path} ]`)
      .join(" || ");
    const copy = `"$T/copy.${index}"`;
    return [
      `if ${missing}; then`,
      `  cp -a -- ${quote(directory)} ${copy}`,
      ...fresh.map(
        (number) =>
          `  cp -p --remove-destination -- "$new${number}" ${copy}/${quote(baseOf(set[number]?.path ?? ""))}`,
      ),
      `  mount --bind -- ${copy} ${quote(directory)}`,
      "else",
      ...fresh.map((number) => `  mount --bind -- "$new${number}" ${quote(set[number]?.path ?? "")}`),
      "fi",
    ].join("\n");
  });
  return [
    "if ! said=$(unshare -m true 2>&1); then",
    '  echo "the new files cannot be checked before they are in place: the host gives root no mount namespace ($said)" >&2',
    "  exit 1",
    "fi",
    `export T ${set.map((_, index) => `new${index}`).join(" ")}`,
    ...refusalLines(
      `unshare -m sh -c ${quote(`set -e\n${copies.join("\n")}\nset +e\n${validate}`)}`,
      `the new files were refused by: ${validate.trim()}`,
    ),
  ];
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
