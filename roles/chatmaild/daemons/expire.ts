// expire: removes what is too old, and addresses that nobody uses. Without --remove it only tells what it would do.
//
//   expire CHATMAIL.INI [--days N] [--maxnum N] [-v] [--remove]
//
// --days N goes by the date of N days ago, --maxnum N looks at N mailboxes only, -v names what is removed. A timer runs
// it every night.

import { readConfig } from "./lib/config.ts";
import { type Expired, expire } from "./lib/expiry/expire.ts";
import { readArguments, runProgram, wholeNumber } from "./lib/expiry/options.ts";
import { logToStderr as log, visible } from "./lib/log.ts";

const USAGE = "expire CHATMAIL.INI [--days N] [--maxnum N] [-v] [--remove]";
const DAY = 24 * 60 * 60;

runProgram("expire", () => {
  const { values, positionals } = readArguments(process.argv.slice(2), {
    usage: USAGE,
    count: 1,
    options: {
      days: { type: "string" },
      maxnum: { type: "string" },
      verbose: { type: "boolean", short: "v" },
      remove: { type: "boolean" },
    },
  });
  const since = performance.now();
  const remove = values.remove ?? false;
  const done = expire({
    config: readConfig(positionals[0] ?? ""),
    now: Date.now() / 1000 - wholeNumber("--days", values.days, 0) * DAY,
    most: wholeNumber("--maxnum", values.maxnum, Number.POSITIVE_INFINITY),
    remove,
    removing: (what) => {
      if (values.verbose) print(`${remove ? "removed" : "would remove"} ${what}`);
    },
    notice: (text) => log(`expire: ${text}`),
  });
  print(summary(done, remove, (performance.now() - since) / 1000));
  if (done.failed > 0) throw new Error(`${done.failed} mailboxes could not be cleaned up`);
});

function summary(
  { mailboxes, mailboxesRemoved, messages, messagesRemoved }: Expired,
  removed: boolean,
  seconds: number,
): string {
  const what = `${mailboxesRemoved} of ${mailboxes} mailboxes and ${messagesRemoved} of ${messages} messages`;
  return `expire: ${removed ? "removed" : "would remove"} ${what} in ${seconds.toFixed(1)} s${removed ? "" : ", with --remove"}`;
}

function print(text: string): void {
  process.stdout.write(`${visible(text)}\n`);
}
