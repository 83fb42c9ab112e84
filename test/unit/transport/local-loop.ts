// Starts a shell loop in a process on this machine, without zx, for the tests beside this file.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { realpathSync } from "node:fs";
import { type FramedShell, openFramedShell } from "../../../runner/transport/framed-shell.ts";
import { loopCommand } from "../../../runner/transport/shell-loop.ts";
import type { Reply } from "../../../runner/transport/transport.ts";

/** Those shells of a Debian host that are installed here, each once. */
const reachable = ["sh", "dash", "bash"].flatMap((name) => {
  const path = spawnSync("sh", ["-c", `command -v ${name}`])
    .stdout.toString()
    .trim();
  return path ? [[realpathSync(path), name] as const] : [];
});
export const shellsHere = [...new Map(reachable).values()];

export interface LocalLoop {
  readonly shell: FramedShell;
  readonly child: ChildProcess;
  run(...scripts: string[]): Promise<readonly Reply[]>;
}

export async function startLoop(shell = "sh", wrap: (command: string[]) => string[] = (c) => c) {
  const ready = `ready-${randomUUID()}`;
  const [file = "", ...args] = wrap(loopCommand({ ready, shell }));
  const child = spawn(file, args, { stdio: "pipe", detached: true });
  const ended = new Promise<string>((resolve) => {
    child.on("close", (code, signal) => resolve(signal ? `signal ${signal}` : `exit status ${code}`));
    child.on("error", (error) => resolve(error.message));
  });
  const { stdin, stdout, stderr } = child;
  const abandon = () => child.kill("SIGKILL");
  const pipes = { stdin, stdout, stderr, ended, abandon };
  const opened = await openFramedShell({ pipes, ready, where: "root@here", timeout: 5000 });
  const run = (...scripts: string[]) => opened.run(scripts.map((script) => ({ script })));
  return { shell: opened, child, run } satisfies LocalLoop;
}

/** What a reply says, as text. */
export function text({ status, stdout, stderr }: Reply) {
  return { status, stdout: String(Buffer.from(stdout)), stderr: String(Buffer.from(stderr)) };
}
