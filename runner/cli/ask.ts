// Questions to the person at the terminal, one after the other: readline shows them on standard error, so that
// standard output stays what it is.

import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import type { Ask } from "../transport/transport.ts";

export interface AskingTerminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Ctrl-C while a question is open. */
  readonly interrupt: () => void;
}

/** Nothing where nobody can answer: input or output is no terminal. */
export function askAt(terminal: AskingTerminal): Ask | undefined {
  if (!terminal.input.isTTY || !terminal.output.isTTY) return undefined;
  let last: Promise<unknown> = Promise.resolve();
  return (question) => {
    const answer = last.then(() => askNow(terminal, question));
    last = answer;
    return answer;
  };
}

function askNow(
  { input, output, interrupt }: AskingTerminal,
  { text, hidden }: Parameters<Ask>[0],
): Promise<string | undefined> {
  // What is typed is not shown: readline writes it to a place where nobody sees it.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: hidden ? nowhere : output, terminal: true, historySize: 0 });
  return new Promise((resolve) => {
    let answer: string | undefined;
    lines.once("SIGINT", () => {
      lines.close();
      interrupt();
    });
    lines.once("close", () => {
      if (hidden || answer === undefined) output.write("\n");
      resolve(answer);
    });
    if (hidden) output.write(text);
    lines.question(hidden ? "" : text, (line) => {
      answer = line;
      lines.close();
    });
  });
}
