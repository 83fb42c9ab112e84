// A daemon as it is installed: bundled into one file with nothing else beside it, and run as a process of its own.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const DAEMONS = fileURLToPath(new URL("../../../roles/chatmaild/daemons/", import.meta.url));

/** Bundles a daemon, or another program by its path, and returns the path of the one file. */
export async function bundle(program: string, directory: string): Promise<string> {
  const entry = program.endsWith(".ts") ? program : join(DAEMONS, `${program}.ts`);
  const file = join(directory, `${basename(entry, ".ts")}.mjs`);
  await build({
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    platform: "node",
    target: "node18",
    format: "esm",
    logLevel: "error",
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
  });
  return file;
}

/** None outlives this process, however that ends. */
const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it has logged so far. */
  readonly log: () => string;
  /** Asks it to end; its exit code. */
  readonly stop: () => Promise<number | null>;
}

/** Starts the file and waits until it says that it serves; throws with what it said when it ends before. */
export async function start(file: string, ...arguments_: readonly string[]): Promise<Running> {
  const child = spawn(process.execPath, [file, ...arguments_], {
    stdio: ["ignore", "ignore", "pipe"],
    cwd: "/",
    // As in doveauth.service.
    env: { UV_THREADPOOL_SIZE: "16" },
  });
  children.add(child);
  child.once("exit", () => children.delete(child));
  let stderr = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    stderr += bytes;
  });
  while (!/\bloop\b/.test(stderr)) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    child,
    pid: child.pid!,
    log: () => stderr,
    stop: async () => {
      child.kill("SIGTERM");
      const [code] = (await once(child, "exit")) as [number | null];
      return code;
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
