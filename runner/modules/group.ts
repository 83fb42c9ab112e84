// group: a group exists, with its number, or does not.

import { foresee, groupAccount } from "../facts/index.ts";
import { quote } from "../transport/quote.ts";
import type { Reply } from "../transport/transport.ts";
import { type Change, defineModule } from "./module.ts";
import { ACCOUNT_NAME, accountSubjects } from "./shared/accounts.ts";
import { defined } from "./shared/defined.ts";
import { unlessBrought } from "./shared/may-change.ts";

export default defineModule({
  name: "group",
  doc: "Makes and removes groups of the host.",
  params: {
    type: "object",
    properties: {
      name: { ...ACCOUNT_NAME, description: "The group." },
      state: { enum: ["present", "absent"], default: "present", description: "Whether it exists." },
      gid: { type: "integer", minimum: 0, description: "Its number." },
      system: {
        type: "boolean",
        default: false,
        description: "Take a number of those for the system when it is made.",
      },
    },
    required: ["name"],
    additionalProperties: false,
  },
  probe: ({ name }) => [groupAccount(name)],
  plan({ name, state: wanted, gid, system }, state, _local, { check }) {
    const touches = accountSubjects(check);
    const found = state.get(groupAccount(name));
    const result = defined({ name, state: wanted, gid: gid ?? found?.gid, system });
    const done = (changes: readonly Change[]) => ({ kind: "changes", changes, result }) as const;
    if (wanted === "absent") {
      if (!found) return done([]);
      const after = [foresee(groupAccount(name), undefined)];
      return done([
        {
          summary: `remove group ${name}`,
          script: `groupdel -- ${quote(name)}`,
          touches,
          after,
        },
      ]);
    }
    const number = gid === undefined ? "" : ` -g ${gid}`;
    if (!found) {
      const after = [foresee(groupAccount(name), { name, gid, members: [] })];
      const script = `groupadd${number}${system ? " -r" : ""} -- ${quote(name)}
getent group -- ${quote(name)}`;
      const learns = ({ stdout }: Reply) => ({ gid: Number(Buffer.from(stdout).toString().split(":")[2]) });
      const change = { summary: `create group ${name}`, script, learns, touches, after };
      return done([unlessBrought(change, groupAccount(name), state)]);
    }
    if (gid === undefined || gid === found.gid) return done([]);
    const after = [foresee(groupAccount(name), { ...found, gid })];
    const summary = `group ${name}: number ${found.gid} -> ${gid}`;
    return done([{ summary, script: `groupmod${number} -- ${quote(name)}`, touches, after }]);
  },
});
