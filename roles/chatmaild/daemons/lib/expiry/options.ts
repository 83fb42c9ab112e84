// The command lines of the programs that clean up and count: what is wrong is told, with the usage.

import { type ParseArgsConfig, parseArgs } from "node:util";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The options and exactly `count` arguments that are none; anything else is an error with the usage in it. */
export function readArguments<T extends Options>(
  args: readonly string[],
  { usage, options, count }: { readonly usage: string; readonly options: T; readonly count: number },
) {
  try {
    const read = parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
    if (read.positionals.length === count) return read;
  } catch (error) {
    throw new Error(`${(error as Error).message}\nusage: ${usage}`);
  }
  throw new Error(`usage: ${usage}`);
}

/** A whole number from 0 on, or what holds without the option. */
export function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[0-9]{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not ${text}`);
  return Number(text);
}

/** Runs a program to its end: an error is told on stderr, without where in the program it was, and exit code 1. */
export function runProgram(name: string, run: () => void): void {
  try {
    run();
  } catch (error) {
    process.stderr.write(`${name}: ${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
