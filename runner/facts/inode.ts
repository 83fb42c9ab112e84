// What the file system keeps of a path beside what the fact `path` tells: which inode it is, its times, and what the
// user who asks may do with it. One stat(1) answers for all paths, one more for those whose links are followed.

import { cleanPath } from "./clean-path.ts";
import { defineFact } from "./fact.ts";
import { reader, textFields, words } from "./fields.ts";

export interface Inode {
  readonly device: number;
  readonly inode: number;
  readonly links: number;
  /** Seconds since 1970, with fraction. */
  readonly atime: number;
  readonly ctime: number;
  readonly blocks: number;
  readonly blockSize: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
}

interface Ask {
  readonly path: string;
  readonly follow: boolean;
}

const fact = defineFact<Ask, Inode | undefined>({
  name: "inode",
  script: (asks) => `cd /
look() {
  follow=$1
  shift
  for p do
    if [ -r "$p" ]; then printf r; fi
    if [ -w "$p" ]; then printf w; fi
    if [ -x "$p" ]; then printf x; fi
    printf '\\0'
  done
  stat $follow --printf='%n\\0%d %i %h %.6X %.6Z %b %o\\0' -- "$@" 2>/dev/null || :
  printf '\\0'
}
${groups(asks)
  .map(([flag, paths]) => `look '${flag}' ${words(paths)}`)
  .join("\n")}`,
  parse(stdout, asks) {
    const fields = reader(textFields(stdout));
    const answers = new Map<string, Inode>();
    for (const [flag, paths] of groups(asks)) {
      const rights = new Map(paths.map((path) => [path, fields.next()]));
      for (let path = fields.next(); path !== ""; path = fields.next())
        answers.set(`${flag}:${path}`, readInode(fields.next(), rights.get(path) ?? ""));
    }
    return asks.map((ask) => answers.get(keyOf(ask)));
  },
  subject: ({ path }) => ({ kind: "path", path }),
  key: keyOf,
});

/** Undefined when there is nothing, or nothing that may be looked at. */
export const inode = (path: string, { follow }: { readonly follow: boolean }) =>
  fact({ path: cleanPath(path), follow });

function keyOf({ path, follow }: Ask): string {
  return `${follow ? "-L" : ""}:${path}`;
}

function groups(asks: readonly Ask[]): [string, string[]][] {
  const byFlag = new Map<string, string[]>();
  for (const { path, follow } of asks) {
    const flag = follow ? "-L" : "";
    byFlag.set(flag, [...(byFlag.get(flag) ?? []), path]);
  }
  return [...byFlag];
}

function readInode(numbers: string, rights: string): Inode {
  const [device = 0, inode = 0, links = 0, atime = 0, ctime = 0, blocks = 0, blockSize = 0] = numbers
    .split(" ")
    .map(Number);
  return {
    device,
    inode,
    links,
    atime,
    ctime,
    blocks,
    blockSize,
    readable: rights.includes("r"),
    writable: rights.includes("w"),
    executable: rights.includes("x"),
  };
}
