// The process around the command line: signals, the version, and mistakes of our own.

import { join } from "node:path";
import { askAt } from "./cli/ask.ts";
import { main } from "./cli/index.ts";
import { keepValidatorsIn } from "./source/validators.ts";

/** Called by bin.mjs, which knows the version and where it is. Ends the process. */
export async function start(version: string, home: string): Promise<void> {
  const interrupted = new AbortController();
  const onSignal = (): void => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
    process.stderr.write("\ninterrupted: the steps in hand are finished first; once more to stop at once\n");
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  // A reader that goes away (| head) is no mistake; a run of which nobody hears any more stops as if by Ctrl-C.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
      interrupted.abort();
    });
  }
  keepValidatorsIn(join(home, ".cache", "runner", "validators"));
  const { stdout: out, stderr: err, env, argv } = process;
  try {
    process.exitCode = await main(argv.slice(2), {
      out,
      err,
      env,
      version,
      home,
      directory: process.cwd(),
      signal: interrupted.signal,
      ask: askAt({ input: process.stdin, output: process.stderr, interrupt: onSignal }),
    });
  } catch (error) {
    err.write(
      `chatmail-play ${version} has made a mistake of its own; please report it:\n${(error as Error).stack}\n`,
    );
    process.exitCode = 70;
  }
}
