// The end of a run: counts per host as Ansible prints them, with the time taken and the round trips, then one
// sentence for the whole.

import { duration } from "./duration.ts";
import type { Counts, EndEvent, RecapEvent } from "./events.ts";
import { type HeadingLook, recapHeading } from "./heading.ts";
import type { Ink, Paint } from "./paint.ts";
import { plural } from "./plural.ts";
import { visibleName } from "./visible.ts";
import { textWidth } from "./width.ts";

const order = [
  "ok",
  "changed",
  "unreachable",
  "failed",
  "skipped",
  "rescued",
  "ignored",
] as const satisfies readonly (keyof Counts)[];

const inks: Readonly<Record<(typeof order)[number], Ink>> = {
  ok: "ok",
  changed: "changed",
  unreachable: "bad",
  failed: "bad",
  skipped: "skipped",
  rescued: "changed",
  ignored: "changed",
};

export type RecapLook = HeadingLook & { readonly paint: Paint };

/** Of more hosts than this, those on which nothing happened are counted. */
const MANY = 12;

export function recapLines(recaps: readonly RecapEvent[], look: RecapLook): string[] {
  const told = recaps.length > MANY ? recaps.filter(isEventful) : recaps;
  const quiet = recaps.length - told.length;
  const rest = `${plural(quiet, told.length > 0 ? "other host" : "host")}: nothing changed`;
  return [
    look.paint("bold", recapHeading(look)),
    ...(told.length > 0 ? hostRecaps(told, look) : []),
    ...(quiet > 0 ? [look.paint("ok", rest)] : []),
  ];
}

function isEventful({ changed, failed, unreachable, rescued, ignored }: Counts): boolean {
  return changed + failed + unreachable + rescued + ignored > 0;
}

function hostRecaps(recaps: readonly RecapEvent[], look: RecapLook): string[] {
  const { paint } = look;
  const names = Math.max(...recaps.map(({ host }) => textWidth(visibleName(host))));
  const widths = order.map((key) => Math.max(...recaps.map((recap) => String(recap[key]).length)));
  return recaps.flatMap((recap) => {
    const host = visibleName(recap.host);
    const cells = order.map((key, index) => ({
      key,
      text: `${key}=${recap[key]}`.padEnd(key.length + 1 + widths[index]!),
    }));
    const counts = cells.map(({ key, text }) => (recap[key] > 0 ? paint(inks[key], text) : text)).join(" ");
    const time = `in ${duration(recap.ms)}, ${plural(recap.roundTrips, "round trip")}`;
    const used = names + 3 + cells.map(({ text }) => text).join(" ").length;
    const name = paint(hostInk(recap), host);
    const line = `${name}${" ".repeat(names - textWidth(host))} : ${counts}`;
    if (used + 2 + time.length <= look.columns) return [`${line}  ${time}`];
    if (used <= look.columns) return [line, `    ${time}`];
    return [`${name} :`, ...countLines(recap, look), `    ${time}`];
  });
}

/** On a narrow terminal as many to a line as there is room for. */
function countLines(recap: RecapEvent, { columns, paint }: RecapLook): string[] {
  const lines: { text: string; width: number }[] = [];
  for (const key of order) {
    const cell = `${key}=${recap[key]}`;
    const text = recap[key] > 0 ? paint(inks[key], cell) : cell;
    const last = lines.at(-1);
    if (last && last.width + 1 + cell.length <= columns)
      lines[lines.length - 1] = { text: `${last.text} ${text}`, width: last.width + 1 + cell.length };
    else lines.push({ text: `    ${text}`, width: 4 + cell.length });
  }
  return lines.map(({ text }) => text);
}

function hostInk({ failed, unreachable, changed }: Counts): Ink {
  if (failed > 0 || unreachable > 0) return "bad";
  return changed > 0 ? "changed" : "ok";
}

export function summary(recaps: readonly RecapEvent[], { exitCode, ms }: EndEvent, look: RecapLook): string {
  const changed = recaps.reduce((sum, recap) => sum + recap.changed, 0);
  const failed = recaps.filter((recap) => recap.failed > 0).map(({ host }) => host);
  const unreachable = recaps.filter((recap) => recap.unreachable > 0).map(({ host }) => host);
  const troubles = [
    ...(exitCode === 130 ? ["interrupted"] : []),
    ...(failed.length > 0 ? [`failed on ${named(failed)}`] : []),
    ...(unreachable.length > 0 ? [`could not reach ${named(unreachable)}`] : []),
  ];
  const sentence = [...troubles, changes(changed, { check: look.check, other: failed.length > 0 })].join(
    ", ",
  );
  const ink: Ink = troubles.length > 0 ? "bad" : changed > 0 ? "changed" : "ok";
  return look.paint(ink, `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}, in ${duration(ms)}.`);
}

/** `other`: a task that has failed may have changed something too. */
function changes(
  count: number,
  { check, other }: { readonly check: boolean; readonly other: boolean },
): string {
  const tasks = plural(count, other ? "other task" : "task");
  if (check) return count === 0 ? "a run would change nothing" : `a run would change something in ${tasks}`;
  if (count > 0) return `${tasks} changed something`;
  return other ? "no other task changed anything" : "nothing changed";
}

/** More names than this are counted. */
const MAX_NAMES = 5;

function named(hosts: readonly string[]): string {
  return hosts.length > MAX_NAMES ? `${hosts.length} hosts` : hosts.map(visibleName).join(", ");
}
