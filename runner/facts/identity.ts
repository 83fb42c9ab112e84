// Who the scripts run as, and the mode that new files get: what a plan needs to foresee an owner that
// nobody named. One id(1).

import { defineFact } from "./fact.ts";
import { textLines } from "./fields.ts";

export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly umask: number;
}

const fact = defineFact<undefined, Identity>({
  name: "identity",
  script: () => "LC_ALL=C id\numask",
  parse(stdout, asks) {
    const [line = "", umask = ""] = textLines(stdout);
    const found = /^uid=(\d+)(?:\(([^)]*)\))? gid=(\d+)(?:\(([^)]*)\))?/.exec(line);
    if (!found || !/^[0-7]+$/.test(umask)) throw new Error(`id says ${JSON.stringify(line)}, umask ${umask}`);
    const [, uid = "", user = uid, gid = "", group = gid] = found;
    const identity = { uid: Number(uid), gid: Number(gid), user, group, umask: Number.parseInt(umask, 8) };
    return asks.map(() => identity);
  },
  subject: () => ({ kind: "machine" }),
  key: () => "",
});

export const identity = () => fact(undefined);
