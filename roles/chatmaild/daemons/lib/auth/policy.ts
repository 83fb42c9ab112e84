// Who may log in and who may create an address. This is the core of doveauth; the dict protocol and HTTP are
// thin fronts of it. A login is not decided here: Dovecot compares the password with the hash that is stored.

import { access } from "node:fs/promises";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { addressDomain, type Users } from "../users.ts";
import { exceededLimit, type Machine } from "./system-limits.ts";

/** An operator's switch: while this file exists, no address is created. */
export const NO_CREATE = "/etc/chatmail-nocreate";

/** Dovecot verifies with crypt(3), which takes no more bytes than this and no NUL. */
const LONGEST_PASSWORD = 511;

/** What Dovecot is told about an address. */
export interface Account {
  readonly addr: string;
  readonly home: string;
  readonly uid: "vmail";
  readonly gid: "vmail";
  readonly password: string;
}

/** At once for the many look-ups of existing accounts, a promise where a hash is being made. */
export type Found = Account | undefined | Promise<Account | undefined>;

export interface Accounts {
  /** The account of an existing address; never creates one, but waits for a creation under way. */
  readonly find: (address: string) => Found;
  /** The account of an address, created with this password if there was none and the rules allow it. */
  readonly findOrCreate: (address: string, password: string) => Found;
}

export interface AccountsOptions {
  readonly config: Config;
  readonly users: Users;
  readonly hash: (password: string) => Promise<string>;
  readonly machine: Machine;
  readonly log: Log;
  readonly noCreateFile?: string;
}

export function accountsOf(options: AccountsOptions): Accounts {
  const { users, log } = options;
  const creating = new Map<string, Promise<Account | undefined>>();

  const find = (address: string): Account | undefined => {
    const password = users.password(address);
    if (password === "") log(`password file of ${address} is empty`);
    return password ? accountOf(address, password) : undefined;
  };

  const accountOf = (address: string, password: string): Account => ({
    addr: address,
    home: users.home(address)!,
    uid: "vmail",
    gid: "vmail",
    password,
  });

  const create = async (address: string, password: string): Promise<Account | undefined> => {
    const refused = await refusal(options, address, password);
    if (refused !== undefined) {
      log(refused);
      return undefined;
    }
    const hash = await options.hash(password);
    if (!(await users.create(address, hash))) return find(address);
    log(`Created address: ${address}`);
    return accountOf(address, hash);
  };

  const accounts: Accounts = {
    find: (address) => creating.get(address) ?? find(address),
    findOrCreate: (address, password) => {
      const account = find(address);
      if (account || users.home(address) === undefined) return account;
      // Logins of one new address that come together share one creation: the hash is what costs.
      const earlier = creating.get(address);
      if (earlier) return earlier.then((created) => created ?? accounts.findOrCreate(address, password));
      const pending = create(address, password).finally(() => creating.delete(address));
      creating.set(address, pending);
      return pending;
    },
  };
  return accounts;
}

/** Why the address is not created, as the line to log, or undefined when it may be. */
async function refusal(
  { config, users, machine, log, noCreateFile = NO_CREATE }: AccountsOptions,
  address: string,
  password: string,
): Promise<string | undefined> {
  // Without the address: people type passwords into the wrong field.
  const refused = (reason: string): string => `warning: address not created: ${reason}`;
  if (await exists(noCreateFile)) return refused(`${noCreateFile} exists`);
  if ([...password].length < config.password_min_length)
    return refused(`password shorter than ${config.password_min_length}`);
  if (Buffer.byteLength(password) > LONGEST_PASSWORD || password.includes("\u0000"))
    return refused("password that crypt(3) cannot take");
  const [name = "", domain, ...more] = address.split("@");
  if (domain !== addressDomain(config) || more.length > 0) return refused("not exactly one @");
  const { username_min_length: min, username_max_length: max } = config;
  if (name.length < min || name.length > max) return refused(`name must have ${min} to ${max} characters`);
  if (!/^[a-z0-9._-]+$/.test(name)) return refused("name may only have a-z, 0-9, dot, underscore and hyphen");
  // An operator blocks an address by emptying its password file: that must not let anyone claim it anew.
  if (users.password(address) === "") return refused("its password file is empty, so it is blocked");
  const limit = await exceededLimit(config, machine, log);
  return limit === undefined ? undefined : `registration rejected: ${limit}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT",
  );
}
