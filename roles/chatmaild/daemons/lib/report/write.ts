// Writes a report for another program to read, which never sees half of it.

import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** Everybody may read it: numbers are all that is in it. */
const MODE = 0o644;

export function writeReport(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  const file = openSync(temporary, "wx", MODE);
  try {
    try {
      writeFileSync(file, text);
      // Whatever the umask is.
      fchmodSync(file, MODE);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
