// Shell that fetches a URL on the host, by curl or wget, whichever is there; a file: URL needs neither. What it
// brings is then in the file FETCHED, where its checksum is compared.

import { quote } from "../../transport/quote.ts";
import type { Reply } from "../../transport/transport.ts";
import type { Result } from "../module.ts";

export interface Fetching {
  readonly url: string;
  /** Of the file that a file: URL means. */
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Seconds without any answer after which to give up. */
  readonly timeout: number;
  readonly validateCerts: boolean;
  readonly checksum: Checksum | undefined;
}

/** The hash itself, or the URL of a list of them, as sha256sum(1) writes it. */
export type Checksum = { readonly algorithm: string } & (
  | { readonly hash: string; readonly list?: never }
  | { readonly list: string; readonly hash?: never }
);

/** Below the directory that ends with the connection. */
export const FETCHED = '"$T/fetched"';

/** `there` is a file that is taken for what would come when it has the checksum of a list. */
export function fetchLines(of: Fetching, there?: string): string[] {
  const { checksum } = of;
  const fetch = of.path === undefined ? download(of, FETCHED) : [`cat -- ${quote(of.path)} >${FETCHED}`];
  if (!checksum) return fetch;
  if (checksum.list === undefined)
    return [...fetch, `want=${quote(checksum.hash)}`, ...compare(checksum.algorithm)];
  const known =
    there === undefined
      ? fetch
      : [
          `if [ -f ${quote(there)} ] && sum=$(${checksum.algorithm}sum <${quote(there)}) && [ "\${sum%% *}" = "$want" ]; then`,
          `  cat -- ${quote(there)} >${FETCHED}`,
          "else",
          ...fetch,
          "fi",
        ];
  return [...wanted(of, checksum.list), ...known, ...compare(checksum.algorithm)];
}

const SUMS = '"$T/sums"';

/** Puts into $want what the list says of the URL's last name; a list of one hash alone is of it, too. */
function wanted(of: Fetching, list: string): string[] {
  const path = /^file:\/\/(\/.*)$/.exec(list)?.[1];
  const fetch =
    path === undefined ? download({ ...of, url: list }, SUMS) : [`cat -- ${quote(path)} >${SUMS}`];
  const name = of.url.replace(/[?#].*$/, "").replace(/^.*\//, "");
  return [
    ...fetch,
    `want=$(awk -v name=${quote(name)} 'NF == 1 && NR == 1 { only = $1 } { file = $2; sub(/^\\*/, "", file); sub(/^.*\\//, "", file) } NF > 1 && file == name { print tolower($1); found = 1; exit } END { if (!found && NR == 1) print tolower(only) }' ${SUMS})`,
    'if [ -z "$want" ]; then',
    `  printf 'there is no checksum of %s in %s\\n' ${quote(name)} ${quote(list)} >&2`,
    "  exit 1",
    "fi",
  ];
}

/** Headers may be secret, and go by a file: arguments can be seen by all users of the host. */
function download({ url, headers, timeout, validateCerts }: Fetching, to: string): string[] {
  const lines = (separator: string) =>
    quote(
      Object.entries(headers)
        .map(([name, value]) => `${separator}${name}: ${value}\n`)
        .join(""),
    );
  const curl = `curl -q -gfsSL --proto =http,https --connect-timeout ${timeout} --speed-limit 1 --speed-time ${timeout} -H @"$T/headers" -o ${to}`;
  const wget = `wget --config="$T/headers" -nv --tries=1 --timeout=${timeout} -O ${to}`;
  return [
    "if command -v curl >/dev/null; then",
    `  printf %s ${lines("")} >"$T/headers"`,
    `  code=$(${curl} -w '%{http_code}'${validateCerts ? "" : " -k"} --url ${quote(url)})`,
    "  printf 'status: %s\\n' \"$code\"",
    "elif command -v wget >/dev/null; then",
    `  printf %s ${lines("header = ")} >"$T/headers"`,
    `  ${wget}${validateCerts ? "" : " --no-check-certificate"} -- ${quote(url)}`,
    "else",
    "  echo 'the host has neither curl nor wget: have one of them installed before, by apt' >&2",
    "  exit 1",
    "fi",
  ];
}

function compare(algorithm: string): string[] {
  return [
    `sum=$(${algorithm}sum <${FETCHED})`,
    `if [ "\${sum%% *}" != "$want" ]; then`,
    `  printf 'what came has the %s checksum %s, and not %s\\n' ${algorithm} "\${sum%% *}" "$want" >&2`,
    "  exit 1",
    "fi",
  ];
}

/** The HTTP status, where curl has told it; Ansible's 304 is for what was not fetched. */
export function statusOf({ stdout }: Reply): Result {
  const code = Number(/^status: (\d+)$/m.exec(Buffer.from(stdout).toString())?.[1] ?? 0);
  return code > 0 ? { status_code: code } : {};
}
