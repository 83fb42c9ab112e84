// fsreport: counts mailboxes, messages and accounts, and tells people, or programs that collect metrics.
//
//   fsreport CHATMAIL.INI [--days N] [--min-login-age DAYS] [--mdir cur|new|tmp] [--maxnum N]
//            [--textfile PATH] [--legacy-metrics [FILE]]
//
// --days N goes by the date of N days ago, --maxnum N looks at N mailboxes only; --min-login-age and --mdir say whose
// messages are counted by size. --textfile writes Prometheus text to PATH, or to fsreport.prom in it if that is a
// directory; --legacy-metrics the older names, to FILE or instead of the summary. A timer runs it every morning.

import { statSync } from "node:fs";
import { join } from "node:path";
import { readConfig } from "./lib/config.ts";
import type { Place } from "./lib/expiry/mailboxes.ts";
import { readArguments, runProgram, wholeNumber } from "./lib/expiry/options.ts";
import { census } from "./lib/report/census.ts";
import { legacyMetrics, metrics } from "./lib/report/metrics.ts";
import { summary } from "./lib/report/summary.ts";
import { writeReport } from "./lib/report/write.ts";

const USAGE =
  "fsreport CHATMAIL.INI [--days N] [--min-login-age DAYS] [--mdir cur|new|tmp] [--maxnum N] [--textfile PATH] [--legacy-metrics [FILE]]";
const DAY = 24 * 60 * 60;

runProgram("fsreport", () => {
  const { values, positionals } = readArguments(fileIsOptional(process.argv.slice(2)), {
    usage: USAGE,
    count: 1,
    options: {
      days: { type: "string" },
      "min-login-age": { type: "string" },
      mdir: { type: "string" },
      maxnum: { type: "string" },
      textfile: { type: "string" },
      "legacy-metrics": { type: "string" },
    },
  });
  const found = census({
    directory: readConfig(positionals[0] ?? "").mailboxes_dir,
    now: Date.now() / 1000 - wholeNumber("--days", values.days, 0) * DAY,
    most: wholeNumber("--maxnum", values.maxnum, Number.POSITIVE_INFINITY),
    minLoginAge: wholeNumber("--min-login-age", values["min-login-age"], 0),
    place: placeOf(values.mdir),
  });
  const { textfile, "legacy-metrics": legacy } = values;
  if (textfile !== undefined) writeReport(fileFor(textfile), metrics(found));
  if (legacy) writeReport(legacy, legacyMetrics(found));
  process.stdout.write(legacy === "" ? legacyMetrics(found) : summary(found));
});

/** The FILE after --legacy-metrics may be left out, which parseArgs does not know. */
function fileIsOptional(args: readonly string[]): string[] {
  return args.map((arg, index) =>
    arg === "--legacy-metrics" && (args[index + 1] ?? "-").startsWith("-") ? "--legacy-metrics=" : arg,
  );
}

function placeOf(word: string | undefined): Place | undefined {
  if (word === undefined || word === "cur" || word === "new" || word === "tmp") return word;
  throw new Error(`--mdir must be cur, new or tmp, not ${word}`);
}

function fileFor(path: string): string {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, "fsreport.prom") : path;
}
