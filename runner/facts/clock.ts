// The host's date and time as playbooks know it, ansible_date_time, out of one line of date(1), for machine.ts.

/** What `parseDate` reads: the time since 1970, and the local date in parts. */
export const DATE = "date '+%s.%N %Y %m %d %H %M %S %A %w %W %Z %z'";

/** All are texts, as in Ansible; {} when the host tells no date. */
export function parseDate(line: string): Readonly<Record<string, string>> {
  const [since = "", year, month, day, hour, minute, second, weekday, number, week, tz, offset] =
    line.split(" ");
  if (offset === undefined) return {};
  const [seconds = "0", fraction = "0"] = since.split(".");
  const micro = fraction.slice(0, 6);
  const utc = new Date(Number(seconds) * 1000).toISOString().slice(0, 19);
  const [date, time] = [`${year}-${month}-${day}`, `${hour}:${minute}:${second}`];
  const basic = `${year}${month}${day}T${hour}${minute}${second}`;
  return Object.fromEntries(
    Object.entries({
      ...{ year, month, day, hour, minute, second, weekday, date, time, tz },
      weekday_number: number,
      weeknumber: week,
      epoch: seconds,
      epoch_int: seconds,
      iso8601: `${utc}Z`,
      iso8601_micro: `${utc}.${micro}Z`,
      iso8601_basic: `${basic}${micro}`,
      iso8601_basic_short: basic,
      tz_offset: offset,
    }).map(([name, value]) => [name, value ?? ""]),
  );
}
