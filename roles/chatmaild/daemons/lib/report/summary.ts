// What was counted, told to people.

import type { Census } from "./census.ts";

export function summary(found: Census): string {
  const { messageBytes, extraBytes, messages, accounts, testAccounts, active } = found;
  const users = accounts - testAccounts;
  return lines([
    `Accounts         ${accounts}, ${testAccounts} of them made by checks (ci-)`,
    ...active.map(
      ({ days, users: some }) =>
        `  used within ${`${days} ${days === 1 ? "day" : "days"}`.padEnd(9)} ${some} of ${users}${share(some, users)}`,
    ),
    `Disk             ${size(messageBytes + extraBytes)}: ${size(messageBytes)} of messages, ${size(extraBytes)} of all else`,
    `Messages         ${messages[0]?.count ?? 0}`,
    ...messages
      .slice(1)
      .map(({ from, count, bytes }) => `  from ${size(from).padEnd(10)} ${count}, ${size(bytes)}`),
  ]);
}

function share(some: number, all: number): string {
  return all === 0 ? "" : ` (${Math.round((100 * some) / all)} %)`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"];

function size(bytes: number): string {
  const unit = Math.min(UNITS.length - 1, bytes === 0 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const number = bytes / 1024 ** unit;
  return `${unit === 0 || Number.isInteger(number) ? number : number.toFixed(1)} ${UNITS[unit]}`;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join("");
}
