// doveauth's side of the dict protocol: which keys Dovecot 2.3 asks for, and the JSON that it gets.

import { splitQuoted } from "../dict/escape.ts";
import type { DictHandler, DictReply } from "../dict/server.ts";
import type { Account, Accounts, Found } from "./policy.ts";

const USERDB = "shared/userdb/";
const PASSDB = "shared/passdb/";

const NOT_FOUND: DictReply = { kind: "not-found" };

export interface DictFrontOptions {
  readonly accounts: Accounts;
  /** All addresses that have a password, for Dovecot's iteration. */
  readonly list: () => Promise<readonly string[]>;
}

export function dictFront({ accounts, list }: DictFrontOptions): DictHandler {
  return (request) => {
    switch (request.kind) {
      case "lookup":
        return lookup(accounts, request.key);
      case "iterate":
        if (request.prefix !== USERDB) return { kind: "keys", keys: [] };
        return list().then((addresses) => ({
          kind: "keys",
          keys: addresses.map((address) => USERDB + address),
        }));
      case "commit":
        return { kind: "done" };
      case "hello":
      case "begin":
      case "set":
      case "unset":
      case "rollback":
      case "unknown":
        return { kind: "silent" };
    }
  };
}

function lookup(accounts: Accounts, key: string): DictReply | Promise<DictReply> {
  if (key.startsWith(USERDB)) {
    const [address = "", ...rest] = splitQuoted(key.slice(USERDB.length));
    return rest.length > 0 ? NOT_FOUND : replyOf(accounts.find(address));
  }
  if (key.startsWith(PASSDB)) {
    const [password = "", address, ...rest] = splitQuoted(key.slice(PASSDB.length));
    if (address === undefined || rest.length > 0) return NOT_FOUND;
    return replyOf(accounts.findOrCreate(address, password));
  }
  return { kind: "failed" };
}

function replyOf(found: Found): DictReply | Promise<DictReply> {
  return found instanceof Promise ? found.then(replyOfAccount) : replyOfAccount(found);
}

function replyOfAccount(account: Account | undefined): DictReply {
  return account ? { kind: "value", value: asciiJson(account) } : NOT_FOUND;
}

function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
