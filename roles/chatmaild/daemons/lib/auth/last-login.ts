// The dict handler on doveauth's second socket: Dovecot's last_login plugin tells the time of each login, and the day
// of it is kept as the time of the user's password file.

import type { DictHandler } from "../dict/server.ts";
import { transactionHandler } from "../dict/transactions.ts";
import type { Log } from "../log.ts";
import { noteLogin, type Users } from "../users.ts";

const LAST_LOGIN = "shared/last-login/";

export function lastLoginFront(users: Users, log: Log): DictHandler {
  return transactionHandler({
    set: async (key, value) => {
      if (!key.startsWith(LAST_LOGIN) || !/^[0-9]{1,12}$/.test(value)) return false;
      try {
        await noteLogin(users, key.slice(LAST_LOGIN.length), Number(value));
        return true;
      } catch (error) {
        log(`login not noted: ${(error as Error).message}`);
        return false;
      }
    },
    lookup: () => ({ kind: "not-found" }),
  });
}
