// When a program began and ended, as Ansible tells it: in local time, to the microsecond. By the runner's clock.

import type { Reply } from "../../transport/transport.ts";
import type { Result } from "../module.ts";

/** Nothing of a reply that does not say when it came. */
export function moments({ at, ms = 0 }: Reply): Result {
  if (at === undefined) return {};
  return { start: moment(at - ms), end: moment(at), delta: duration(ms) };
}

/** 2026-09-01 10:15:02.123000 */
function moment(at: number): string {
  const date = new Date(at);
  const [year, month, day] = [date.getFullYear(), date.getMonth() + 1, date.getDate()];
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const joined = (parts: readonly number[], by: string) => parts.map(twoDigits).join(by);
  return `${joined([year, month, day], "-")} ${joined(clock, ":")}.${microseconds(at)}`;
}

/** 0:00:01.500000; days stand before it. */
function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const rest = `${hours}:${twoDigits(Math.floor(seconds / 60) % 60)}:${twoDigits(seconds % 60)}`;
  const before = days === 0 ? "" : `${days} day${days === 1 ? "" : "s"}, `;
  return `${before}${rest}${ms % 1000 === 0 ? "" : `.${microseconds(ms)}`}`;
}

function twoDigits(number: number): string {
  return String(number).padStart(2, "0");
}

function microseconds(ms: number): string {
  return `${String(ms % 1000).padStart(3, "0")}000`;
}
