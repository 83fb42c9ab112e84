// doveauth's side of the dict protocol: which keys Dovecot 2.3 asks for, and the JSON that it gets.

import { splitQuoted } from "../dict/escape.ts";
import type { DictHandler, DictReply } from "../dict/server.ts";
import type { Log } from "../log.ts";
import type { Account, Accounts, Found } from "./policy.ts";

const USERDB = "shared/userdb/";
const PASSDB = "shared/passdb/";

const NOT_FOUND: DictReply = { kind: "not-found" };
/**
 * For a look-up that failed Dovecot writes the key into its log, and the key has the password in it. A value that it
 * cannot read is a temporary failure, too, and is told without the key.
 */
const UNREADABLE: DictReply = { kind: "value", value: "the look-up has failed, see doveauth's log" };

/** Dovecot logs a question, too, for whose answer it has waited 5 s. Whoever logs in again then finds the account. */
const PATIENCE = 4000;

export interface DictFrontOptions {
  readonly accounts: Accounts;
  readonly log: Log;
  /** All addresses that have a password, for Dovecot's iteration. */
  readonly list: () => Promise<readonly string[]>;
  /** How long the creation of an account may take until its client is told to try again. */
  readonly patience?: number;
}

export function dictFront({ accounts, list, log, patience = PATIENCE }: DictFrontOptions): DictHandler {
  const withPassword = (key: string): DictReply | Promise<DictReply> => {
    const failed = (error: unknown): DictReply => {
      log(`login not decided: ${(error as Error).message}`);
      return UNREADABLE;
    };
    try {
      const reply = findOrCreate(accounts, key);
      return reply instanceof Promise ? within(patience, reply).catch(failed) : reply;
    } catch (error) {
      return failed(error);
    }
  };
  return (request) => {
    switch (request.kind) {
      case "lookup":
        if (request.key.startsWith(USERDB)) return find(accounts, request.key.slice(USERDB.length));
        if (request.key.startsWith(PASSDB)) return withPassword(request.key.slice(PASSDB.length));
        return { kind: "failed" };
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

function within<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`not done after ${milliseconds} ms`)), milliseconds);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function find(accounts: Accounts, key: string): DictReply | Promise<DictReply> {
  const [address = "", ...rest] = splitQuoted(key);
  return rest.length > 0 ? NOT_FOUND : replyOf(accounts.find(address));
}

function findOrCreate(accounts: Accounts, key: string): DictReply | Promise<DictReply> {
  const [password = "", address, ...rest] = splitQuoted(key);
  if (address === undefined || rest.length > 0) return NOT_FOUND;
  return replyOf(accounts.findOrCreate(address, password));
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
