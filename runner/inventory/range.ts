// Host ranges of inventories: web[1:3], web[01:10], db[a:c], h[0:10:5].

const MAX_HOSTS = 10_000;

/** The names that a pattern stands for, or a sentence that says what is wrong with it. */
export function expandRange(pattern: string): string[] | string {
  const match = /^(.*?)\[([^\]]*)\](.*)$/.exec(pattern);
  if (!match)
    return /[[\]\s]/.test(pattern) ? `"${pattern}" is no host name and no range such as web[1:3]` : [pattern];
  const [, before = "", range = "", after = ""] = match;
  const [first = "", last = "", step = "1", extra] = range.split(":");
  const steps = Number(step);
  if (extra !== undefined || !Number.isInteger(steps) || steps < 1) return badRange(pattern);
  const middle = numbers(first, last, steps) ?? letters(first, last, steps);
  if (!middle || middle.length === 0) return badRange(pattern);
  if (middle.length > MAX_HOSTS) return `"${pattern}" stands for more than ${MAX_HOSTS} hosts`;
  const rest = expandRange(after);
  return typeof rest === "string" ? rest : middle.flatMap((part) => rest.map((end) => before + part + end));
}

function numbers(first: string, last: string, step: number): string[] | undefined {
  if (!/^\d{1,9}$/.test(first) || !/^\d{1,9}$/.test(last)) return undefined;
  const width = first.startsWith("0") && first.length > 1 ? first.length : 0;
  const count = Math.floor((Number(last) - Number(first)) / step) + 1;
  if (count > MAX_HOSTS) return Array.from({ length: MAX_HOSTS + 1 }, String);
  return Array.from({ length: Math.max(0, count) }, (_, n) =>
    String(Number(first) + n * step).padStart(width, "0"),
  );
}

function letters(first: string, last: string, step: number): string[] | undefined {
  if (!/^([a-z][a-z]|[A-Z][A-Z])$/.test(first + last)) return undefined;
  const from = first.charCodeAt(0);
  const count = Math.floor((last.charCodeAt(0) - from) / step) + 1;
  return Array.from({ length: Math.max(0, count) }, (_, n) => String.fromCharCode(from + n * step));
}

function badRange(pattern: string): string {
  return `"${pattern}" is no range: [first:last] with numbers or letters is expected, such as web[1:3]`;
}
