// The dict handler of lastlogin: Dovecot's last_login plugin tells the time of each login, and the day of it is
// kept as the time of the user's password file.

import type { DictHandler } from "../dict/server.ts";
import type { Log } from "../log.ts";
import { noteLogin, type Users } from "../users.ts";

const LAST_LOGIN = "shared/last-login/";

/** One handler per connection: transaction numbers belong to their connection. */
export function lastLoginFront(users: Users, log: Log): DictHandler {
  /** For each open transaction, whether everything in it has worked. */
  const transactions = new Map<string, Promise<boolean>>();

  const note = async (key: string, value: string): Promise<boolean> => {
    if (!key.startsWith(LAST_LOGIN) || !/^[0-9]{1,12}$/.test(value)) return false;
    try {
      await noteLogin(users, key.slice(LAST_LOGIN.length), Number(value));
      return true;
    } catch (error) {
      log(`login not noted: ${(error as Error).message}`);
      return false;
    }
  };

  return (request) => {
    switch (request.kind) {
      case "set": {
        const all = [transactions.get(request.id) ?? true, note(request.key, request.value)];
        const worked = Promise.all(all).then((results) => results.every(Boolean));
        transactions.set(request.id, worked);
        return { kind: "silent" };
      }
      case "commit": {
        const worked = transactions.get(request.id);
        transactions.delete(request.id);
        return Promise.resolve(worked ?? true).then((all) => ({ kind: all ? "done" : "failed" }));
      }
      case "begin":
      case "rollback":
        transactions.delete(request.id);
        return { kind: "silent" };
      case "lookup":
        return { kind: "not-found" };
      case "iterate":
        return { kind: "keys", keys: [] };
      case "hello":
      case "unknown":
        return { kind: "silent" };
    }
  };
}
