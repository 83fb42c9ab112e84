// A directory of mailboxes for the tests of what cleans up and counts.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const DAY = 24 * 60 * 60;
export const NOW = Math.floor(Date.now() / 1000);

export interface File {
  /** Days since it was last written. */
  readonly age?: number;
  readonly size?: number;
}

export class Mailboxes {
  readonly root = mkdtempSync(join(tmpdir(), "mailboxes-"));
  readonly directory = join(this.root, "mail");

  constructor() {
    mkdirSync(this.directory);
  }

  /** A file of this path below the directory of mailboxes; it takes no room on the disk. */
  file(path: string, { age = 0, size = 10 }: File = {}): string {
    const file = join(this.directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, "");
    truncateSync(file, size);
    utimesSync(file, NOW - age * DAY, NOW - age * DAY);
    return file;
  }

  /** An account whose last login is so many days ago, as doveauth makes it and Dovecot fills it. */
  account(address: string, age = 0): string {
    this.file(`${address}/password`, { age });
    for (const name of ["enforceE2EEincoming", "maildirsize", "dovecot-uidlist"])
      this.file(`${address}/${name}`);
    for (const place of ["cur", "new", "tmp"])
      mkdirSync(join(this.directory, address, place), { recursive: true });
    return address;
  }

  /** The paths of all that is there, directories with a slash at their end. */
  all(): string[] {
    const below = (directory: string): string[] =>
      readdirSync(join(this.directory, directory)).flatMap((name) => {
        const path = directory === "" ? name : `${directory}/${name}`;
        return statSync(join(this.directory, path), { throwIfNoEntry: false })?.isDirectory()
          ? [`${path}/`, ...below(path)]
          : [path];
      });
    return below("").sort();
  }

  has(path: string): boolean {
    return existsSync(join(this.directory, path));
  }

  end(): void {
    rmSync(this.root, { recursive: true });
  }
}
