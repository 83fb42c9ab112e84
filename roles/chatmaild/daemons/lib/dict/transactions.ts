// A dict handler for daemons that are told things rather than asked: what is set takes effect at once, and the commit
// says whether all of its transaction did. One per connection, for transaction numbers belong to their connection.

import type { DictHandler, DictReply } from "./server.ts";

export interface Told {
  /** Whether this could be set. */
  readonly set: (key: string, value: string, user: string) => boolean | Promise<boolean>;
  readonly lookup: (key: string, user: string) => DictReply | Promise<DictReply>;
}

interface Transaction {
  readonly user: string;
  /** Settles, with whether everything in it has worked, when everything in it is done. */
  worked: Promise<boolean>;
}

export function transactionHandler({ set, lookup }: Told): DictHandler {
  const transactions = new Map<string, Transaction>();

  const add = (id: string, change: (user: string) => boolean | Promise<boolean>): DictReply => {
    const transaction = transactions.get(id) ?? { user: "", worked: Promise.resolve(true) };
    transactions.set(id, transaction);
    const { user, worked } = transaction;
    // In their order: what is set twice has the later value.
    transaction.worked = worked.then(async (before) => (await change(user)) && before);
    // Whoever commits is told; of a transaction that nobody commits nobody wants to know.
    transaction.worked.catch(() => undefined);
    return { kind: "silent" };
  };

  return (request) => {
    switch (request.kind) {
      case "lookup":
        return lookup(request.key, request.user);
      case "iterate":
        return { kind: "keys", keys: [] };
      case "begin":
        transactions.set(request.id, { user: request.user, worked: Promise.resolve(true) });
        return { kind: "silent" };
      case "set":
        return add(request.id, (user) => set(request.key, request.value, user));
      case "unset":
        return add(request.id, () => false);
      case "commit": {
        const worked = transactions.get(request.id)?.worked ?? Promise.resolve(true);
        transactions.delete(request.id);
        return worked.then((all) => ({ kind: all ? "done" : "failed" }));
      }
      case "rollback":
        transactions.delete(request.id);
        return { kind: "silent" };
      case "hello":
      case "unknown":
        return { kind: "silent" };
    }
  };
}
