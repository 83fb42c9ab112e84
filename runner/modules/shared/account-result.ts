// What `register` gets to know of an account. Its number, and what else nobody has named, is known only when it has
// been made: then the host says it, in a line of passwd(5).

import { groupAccount, type State, type UserAccount } from "../../facts/index.ts";
import { quote } from "../../transport/quote.ts";
import type { Reply } from "../../transport/transport.ts";
import type { Result } from "../module.ts";
import { defined } from "./defined.ts";

type Wished = Readonly<Partial<Record<"uid" | "group" | "home" | "shell" | "comment", unknown>>>;

/** Of an account that exists, with what it is to be. */
export function accountResult(wished: Wished, found: UserAccount, state: State): Result {
  const { uid, gid, home, shell, comment } = found;
  const group = wished.group === undefined ? gid : state.get(groupAccount(String(wished.group)))?.gid;
  const { uid: number = uid, home: place = home, shell: login = shell, comment: says = comment } = wished;
  return defined({ uid: number, group, home: place, shell: login, comment: says });
}

export const tellAccount = (name: string): string => `getent passwd -- ${quote(name)}`;

/** What `tellAccount` has printed. */
export function accountTold({ stdout }: Reply): Result {
  const line = Buffer.from(stdout).toString().trimEnd().split("\n").at(-1) ?? "";
  const [, , uid, gid, comment, home, shell] = line.split(":");
  return shell === undefined ? {} : { uid: Number(uid), group: Number(gid), comment, home, shell };
}
