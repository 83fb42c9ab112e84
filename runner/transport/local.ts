// Connection to the machine itself: the same shell loop as over ssh, in a process of our own, started with zx.

import { userInfo } from "node:os";
import { finished } from "node:stream/promises";
import type { Pipes } from "./framed-shell.ts";
import { quote } from "./quote.ts";
import { keepShells } from "./shells.ts";
import type { Connect } from "./transport.ts";

/** Milliseconds. */
const PATIENCE = 2000;

/** The host is there already; what this needs to become a Connection are the shells. */
export const connectLocal: Connect = async (target, { timeout, directory }) =>
  keepShells({
    host: target.name,
    login: userInfo().username,
    password: target.becomePassword,
    timeout,
    start: (command) => start(command, directory ?? userInfo().homedir),
    patience: PATIENCE,
    end: async () => {},
  });

/** zx keeps all output of a process until it ends; ours are long-lived, and their output is read as it comes. */
const forget = { stdout: [], stderr: [], stdall: [] };
for (const kind of Object.values(forget)) Object.defineProperty(kind, "push", { value: () => 0 });

async function start(command: readonly string[], directory: string): Promise<Pipes> {
  const { $ } = await import("zx/core");
  const run = $({
    shell: "/bin/sh",
    prefix: "",
    postfix: "",
    quote,
    env: environment(),
    cwd: directory,
    stdio: "pipe",
    store: forget,
    // A process group of its own: Ctrl-C in the terminal is for us to hear, not for a step in mid-change.
    detached: true,
    nothrow: true,
    quiet: true,
  })`exec ${command}`;
  const { child } = run;
  const { stdin, stdout, stderr } = run;
  if (!child) throw new Error("the process has not been started");
  const read = Promise.allSettled([finished(stdout), finished(stderr)]);
  return {
    stdin,
    stdout,
    stderr,
    ended: run.then(async ({ exitCode, signal }) => {
      await read;
      return signal ? `signal ${signal}` : `exit status ${exitCode}`;
    }),
    abandon() {
      child.kill("SIGTERM");
      child.unref();
      for (const stream of [stdin, stdout, stderr]) stream.destroy();
    },
  };
}

/** What a login over ssh would have, and nothing of the program that runs the playbook. */
function environment(): NodeJS.ProcessEnv {
  const { username, homedir } = userInfo();
  const { PATH, TMPDIR } = process.env;
  return { HOME: homedir, USER: username, LOGNAME: username, PATH, ...(TMPDIR ? { TMPDIR } : {}) };
}
