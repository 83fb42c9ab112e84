// Moments as texts, by strftime(3) in the C locale. Local time is that of the machine that the runner runs on.

import { number, text } from "../python/convert.ts";
import { truthy } from "../python/operators.ts";
import { Fault } from "../python/values.ts";
import type { Filter } from "./filter.ts";

export const dateFilters: readonly Filter[] = [
  {
    name: "strftime",
    doc: "A moment (seconds since 1970, or now) in the form that the text says, in local time or UTC.",
    example: "'%Y-%m-%d %H:%M' | strftime(1234567890, utc=true)",
    params: "second? utc?",
    apply: (input, [second, utc]) => {
      const date = second === undefined || second === null ? new Date() : new Date(1000 * seconds(second));
      return formatted(text(input), utc !== undefined && truthy(utc) ? inUtc(date) : inLocalTime(date));
    },
  },
];

function seconds(value: unknown): number {
  const found = typeof value === "string" && value.trim() !== "" ? Number(value) : number(value);
  if (!Number.isFinite(found)) throw new Fault("the seconds since 1970 are expected, a number");
  return found;
}

interface Moment {
  readonly year: number;
  /** From 0. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** From Sunday, 0. */
  readonly weekday: number;
  /** From 0. */
  readonly yearday: number;
  readonly epoch: number;
  /** Minutes east of Greenwich. */
  readonly offset: number;
  readonly zone: string;
}

function inLocalTime(date: Date): Moment {
  const offset = -date.getTimezoneOffset();
  const parts = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" }).formatToParts(date);
  const zone = parts.find(({ type }) => type === "timeZoneName")?.value ?? "";
  return { ...inUtc(new Date(date.getTime() + 60_000 * offset)), epoch: epochOf(date), offset, zone };
}

function inUtc(date: Date): Moment {
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
    yearday: Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / 86_400_000),
    epoch: epochOf(date),
    offset: 0,
    zone: "GMT",
  };
}

function epochOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);

const padded = (value: number, width = 2, by = "0"): string => String(value).padStart(width, by);
const hour12 = ({ hour }: Moment): number => hour % 12 || 12;
const named = (names: readonly string[], index: number): string => names[index] ?? "";

const FIELDS: Readonly<Record<string, (moment: Moment) => string>> = {
  a: ({ weekday }) => named(DAYS, weekday).slice(0, 3),
  A: ({ weekday }) => named(DAYS, weekday),
  b: ({ month }) => named(MONTHS, month).slice(0, 3),
  B: ({ month }) => named(MONTHS, month),
  C: ({ year }) => padded(Math.floor(year / 100)),
  d: ({ day }) => padded(day),
  e: ({ day }) => padded(day, 2, " "),
  H: ({ hour }) => padded(hour),
  I: (moment) => padded(hour12(moment)),
  j: ({ yearday }) => padded(yearday + 1, 3),
  k: ({ hour }) => padded(hour, 2, " "),
  l: (moment) => padded(hour12(moment), 2, " "),
  m: ({ month }) => padded(month + 1),
  M: ({ minute }) => padded(minute),
  n: () => "\n",
  p: ({ hour }) => (hour < 12 ? "AM" : "PM"),
  s: ({ epoch }) => String(epoch),
  S: ({ second }) => padded(second),
  t: () => "\t",
  u: ({ weekday }) => String(weekday || 7),
  U: ({ yearday, weekday }) => padded(Math.floor((yearday + 7 - weekday) / 7)),
  w: ({ weekday }) => String(weekday),
  W: ({ yearday, weekday }) => padded(Math.floor((yearday + 7 - ((weekday + 6) % 7)) / 7)),
  y: ({ year }) => padded(year % 100),
  Y: ({ year }) => String(year),
  z: ({ offset }) => {
    const size = Math.abs(offset);
    return `${offset < 0 ? "-" : "+"}${padded(Math.floor(size / 60))}${padded(size % 60)}`;
  },
  Z: ({ zone }) => zone,
  "%": () => "%",
};

/** Fields that are made of others. */
const TOGETHER: Readonly<Record<string, string>> = {
  c: "%a %b %e %H:%M:%S %Y",
  D: "%m/%d/%y",
  F: "%Y-%m-%d",
  h: "%b",
  r: "%I:%M:%S %p",
  R: "%H:%M",
  T: "%H:%M:%S",
  x: "%m/%d/%y",
  X: "%H:%M:%S",
};

function formatted(format: string, moment: Moment): string {
  return format.replace(/%(.?)/gs, (field, letter: string) => {
    if (Object.hasOwn(TOGETHER, letter)) return formatted(TOGETHER[letter] as string, moment);
    const write = Object.hasOwn(FIELDS, letter) ? FIELDS[letter] : undefined;
    if (!write) throw new Fault(`strftime does not know ${field}`);
    return write(moment);
  });
}
