// Users and groups as getent(1) tells them, whatever their source. The password's hash comes only where
// this user may read it (root).

import { quote } from "../transport/quote.ts";
import { defineFact, type Fact } from "./fact.ts";
import { all, must, textLines, words } from "./fields.ts";

export interface UserAccount {
  readonly name: string;
  /** Undefined when the account is yet to be made and has not been given a number. */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Name of the primary group. */
  readonly group: string | undefined;
  /** Supplementary groups, in order of names. */
  readonly groups: readonly string[];
  readonly comment: string;
  readonly home: string;
  readonly homeExists: boolean;
  readonly shell: string;
  /** Undefined when it may not be read. */
  readonly passwordHash: string | undefined;
}

export interface GroupAccount {
  readonly name: string;
  readonly gid: number | undefined;
  readonly members: readonly string[];
}

type Ask = { readonly kind: "user" | "group"; readonly name: string };
type Account = UserAccount | GroupAccount | undefined;

const kind = defineFact<Ask, Account>({
  name: "account",
  script(asks) {
    const users = asks.filter(({ kind }) => kind === "user").map(({ name }) => name);
    const lookUp = `getent passwd -- ${words(users)} 2>/dev/null | while IFS= read -r line; do
  home=\${line%:*}
  if [ -d "\${home##*:}" ]; then printf 'y:%s\\n' "$line"; else printf 'n:%s\\n' "$line"; fi
done
echo
getent shadow -- ${words(users)} 2>/dev/null || :
echo`;
    return `cd /\n${users.length > 0 ? lookUp : "echo\necho"}\ngetent group 2>/dev/null || :`;
  },
  parse(stdout, asks) {
    const lines = textLines(stdout);
    const first = lines.indexOf("");
    const second = lines.indexOf("", first + 1);
    if (first < 0 || second < 0) throw new Error("the host's answer about its accounts breaks off");
    const split = (part: readonly string[]) => part.map((line) => line.split(":"));
    const groups = split(lines.slice(second + 1)).map(readGroup);
    const hashes = new Map(split(lines.slice(first + 1, second)).map(([name = "", hash]) => [name, hash]));
    const users = split(lines.slice(0, first)).map((fields) => readUser(fields, groups, hashes));
    return asks.map(({ kind, name }): Account => {
      if (kind === "user") return users.find((account) => account.name === name);
      return groups.find((account) => account.name === name || String(account.gid) === name);
    });
  },
  confirm: (known) =>
    all(
      known.map(({ ask: { kind, name }, answer }) => {
        const asked = `getent ${kind === "user" ? "passwd" : "group"} -- ${quote(name)}`;
        if (!answer) return must([`! ${asked} >/dev/null`]);
        if (!("members" in answer)) return undefined;
        const { name: called, gid, members } = answer;
        const fields = [called, ...(gid === undefined ? [] : [gid]), members.join(",")];
        const numbers = gid === undefined ? "1,4" : "1,3,4";
        return must([`[ "$(${asked} | cut -d : -f ${numbers})" = ${quote(fields.join(":"))} ]`]);
      }),
    ),
  subject: ({ kind }) => ({ kind: kind === "user" ? "accounts" : "groups" }),
  key: ({ kind, name }) => `${kind}:${name}`,
});

export const userAccount = (name: string) => kind({ kind: "user", name }) as Fact<UserAccount | undefined>;
/** A group by its name or number. */
export const groupAccount = (name: string) => kind({ kind: "group", name }) as Fact<GroupAccount | undefined>;

function readGroup([name = "", , gid, members = ""]: readonly string[]): GroupAccount {
  return { name, gid: Number(gid), members: members === "" ? [] : members.split(",") };
}

function readUser(
  [homeExists, name = "", , uid, gid, comment = "", home = "", shell = ""]: readonly string[],
  groups: readonly GroupAccount[],
  hashes: ReadonlyMap<string, string | undefined>,
): UserAccount {
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    group: groups.find((group) => group.gid === Number(gid))?.name,
    groups: groups
      .filter(({ members }) => members.includes(name))
      .map((group) => group.name)
      .sort(),
    comment,
    home,
    homeExists: homeExists === "y",
    shell,
    passwordHash: hashes.get(name),
  };
}
