// Runs a program and waits for it. No shell in between: arguments arrive as they are.
import { spawn } from "node:child_process";
import { LabError } from "./error.ts";

export interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status; 128 + signal number when a signal ended it, as shells say it. */
  readonly status: number;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Kills the program after this many milliseconds. */
  readonly timeout?: number;
  readonly onOutput?: (text: string) => void;
}

/** Runs it, whatever its exit status; rejects only when it cannot be started at all. */
export function run(file: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      env: options.env ?? process.env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      ...(options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: "SIGKILL" as const }),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        output[name] += text;
        options.onOutput?.(text);
      });
    }
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ENOENT"
          ? new LabError(`${file} is not installed`, "run: bash test/lab/install-missing.sh lab")
          : error,
      ),
    );
    child.on("close", (code, signal) =>
      resolve({ ...output, status: code ?? (signal === "SIGKILL" ? 137 : 143) }),
    );
    // A program that ends before it has read its input is judged by its exit status, not by the broken pipe.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** Runs it and gives its standard output; an exit status other than 0 is an error that shows what it said. */
export async function must(file: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { stdout, stderr, status } = await run(file, args, options);
  if (status !== 0) {
    const said = (stderr.trim() || stdout.trim()).split("\n").slice(-15).join("\n");
    throw new LabError(`${[file, ...args].join(" ").slice(0, 300)} ended with ${status}:\n${said}`);
  }
  return stdout;
}
