// import-passdb: makes accounts of what relays before July 2024 had in a table of users, by sqlite3's JSON.
//
//   sqlite3 -json passdb.sqlite 'SELECT addr, password, last_login FROM users' >FILE; import-passdb CHATMAIL.INI FILE
//
// Addresses that have a password are left alone, so that it can be run again. Those of tests (ci-, ac_) are left out.
// As the accounts are old ones, they go on to take cleartext from outside: they get no enforceE2EEincoming.

import { readFileSync } from "node:fs";
import { readConfig } from "./lib/config.ts";
import { noteLogin, usersOf } from "./lib/users.ts";

interface Row {
  readonly addr: string;
  readonly password: string | null;
  readonly last_login: number | null;
}

try {
  const [ini, file, ...more] = process.argv.slice(2);
  if (!ini || !file || more.length > 0) throw new Error("usage: import-passdb CHATMAIL.INI FILE");
  const users = usersOf(readConfig(ini));
  // sqlite3 writes nothing where there are no rows.
  const rows = JSON.parse(readFileSync(file, "utf8") || "[]") as readonly Row[];
  let made = 0;
  for (const { addr, password, last_login: lastLogin } of rows) {
    if (/^(ci-|ac_)/.test(addr) || users.home(addr) === undefined || !password) continue;
    if (!(await users.create(addr, password, { enforcing: false }))) continue;
    await noteLogin(users, addr, Math.floor(lastLogin ?? 0));
    made++;
  }
  process.stdout.write(`import-passdb: ${made} of ${rows.length} addresses made\n`);
} catch (error) {
  process.stderr.write(`import-passdb: ${(error as Error).message}\n`);
  process.exitCode = 1;
}
