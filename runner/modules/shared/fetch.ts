// Shell that fetches a URL on the host, by curl or wget, whichever is there; a file: URL needs neither. What it
// brings is then in the file FETCHED, where its checksum is compared.

import { quote } from "../../transport/quote.ts";

export interface Fetching {
  readonly url: string;
  /** Of the file that a file: URL means. */
  readonly path: string | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Seconds without any answer after which to give up. */
  readonly timeout: number;
  readonly validateCerts: boolean;
  readonly checksum: { readonly algorithm: string; readonly hash: string } | undefined;
}

/** Below the directory that ends with the connection. */
export const FETCHED = '"$T/fetched"';

export function fetchLines(of: Fetching): string[] {
  const fetch = of.path === undefined ? download(of) : [`cat -- ${quote(of.path)} >${FETCHED}`];
  return [...fetch, ...(of.checksum ? compare(of.checksum) : [])];
}

/** Headers may be secret, and go by a file: arguments can be seen by all users of the host. */
function download({ url, headers, timeout, validateCerts }: Fetching): string[] {
  const lines = (separator: string) =>
    quote(
      Object.entries(headers)
        .map(([name, value]) => `${separator}${name}: ${value}\n`)
        .join(""),
    );
  const curl = `curl -q -gfsSL --proto =http,https --connect-timeout ${timeout} --speed-limit 1 --speed-time ${timeout} -H @"$T/headers" -o ${FETCHED}`;
  const wget = `wget --config="$T/headers" -nv --tries=1 --timeout=${timeout} -O ${FETCHED}`;
  return [
    "if command -v curl >/dev/null; then",
    `  printf %s ${lines("")} >"$T/headers"`,
    `  ${curl}${validateCerts ? "" : " -k"} --url ${quote(url)}`,
    "elif command -v wget >/dev/null; then",
    `  printf %s ${lines("header = ")} >"$T/headers"`,
    `  ${wget}${validateCerts ? "" : " --no-check-certificate"} -- ${quote(url)}`,
    "else",
    "  echo 'the host has neither curl nor wget: have one of them installed before, by apt' >&2",
    "  exit 1",
    "fi",
  ];
}

function compare({ algorithm, hash }: { readonly algorithm: string; readonly hash: string }): string[] {
  return [
    `sum=$(${algorithm}sum <${FETCHED})`,
    `if [ "\${sum%% *}" != ${quote(hash)} ]; then`,
    `  printf 'what came has the %s checksum %s, and not %s\\n' ${algorithm} "\${sum%% *}" ${quote(hash)} >&2`,
    "  exit 1",
    "fi",
  ];
}
