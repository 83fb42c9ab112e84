// get_url: has the host fetch a file. Ansible asks the server of an existing file whether there is a newer one; here
// that is not fetched again, unless by `force` or for its checksum, so that a run without changes asks nobody.

import { type Algorithm, cleanPath, fileHash, joinPath, type State } from "../facts/index.ts";
import { quote } from "../transport/quote.ts";
import { type Change, defineModule, type Params, type Plan } from "./module.ts";
import { backupName } from "./shared/backup.ts";
import { destination, destinationFacts } from "./shared/destination.ts";
import { FETCHED, type Fetching, fetchLines, statusOf } from "./shared/fetch.ts";
import { planFile } from "./shared/file-content.ts";
import { pathSubjects } from "./shared/foresee.ts";
import { withAttributes } from "./shared/path-result.ts";
import { BACKUP, GROUP, MODE, OWNER, PATH_FORM } from "./shared/schema.ts";
import { type Writing, writeScript } from "./shared/write.ts";

const params = {
  type: "object",
  properties: {
    url: {
      type: "string",
      pattern: "^(https?://[^\\s\\u0000/?#][^\\s\\u0000]*|file:///[^\\u0000]+)$",
      errorMessage: "a URL is expected that begins with http://, https:// or file:///",
      description: "What to fetch, as seen from the host: http, https or file.",
    },
    dest: {
      ...PATH_FORM,
      description: "Where it goes. A directory gets the file under the last name of the URL.",
    },
    checksum: {
      type: "string",
      pattern:
        "^(md5:[0-9a-fA-F]{32}|sha1:[0-9a-fA-F]{40}|sha224:[0-9a-fA-F]{56}|sha256:[0-9a-fA-F]{64}|sha384:[0-9a-fA-F]{96}|sha512:[0-9a-fA-F]{128}|(md5|sha1|sha224|sha256|sha384|sha512):(https?://[^\\s\\u0000]+|file:///[^\\u0000]+))$",
      errorMessage:
        "ALGORITHM:HASH is expected, as in sha256:9f86d0... with all its digits, or ALGORITHM:URL of a list of them",
      description:
        "What must come: sha256:HASH (or md5, sha1, sha224, sha384, sha512). A file that has it is not fetched again; what has another one is not written. In place of the hash the URL of a list as sha256sum writes it, which is fetched at each run.",
    },
    url_username: { type: "string", description: "Who asks, for HTTP's basic authentication." },
    url_password: { type: "string", secret: true, description: "The password of who asks. Never shown." },
    force_basic_auth: {
      type: "boolean",
      description: "Accepted as in Ansible: the password goes with the first request.",
    },
    http_agent: {
      type: "string",
      pattern: "^[^\\r\\n\\u0000]*$",
      description: "What the request calls the program that asks.",
    },
    backup: BACKUP,
    force: {
      type: "boolean",
      default: false,
      description:
        "Fetch it at each run, and write it when it differs. Else an existing file stays, unless its checksum or the file of a file: URL tells otherwise.",
    },
    headers: {
      type: "object",
      propertyNames: { pattern: "^[A-Za-z0-9!#$%&'*+.^_|~-]+$" },
      additionalProperties: { type: ["string", "number", "boolean"], pattern: "^[^\\r\\n\\u0000]*$" },
      default: {},
      description: "Headers of the request.",
    },
    timeout: {
      type: "integer",
      minimum: 1,
      default: 10,
      description: "Seconds without any answer after which to give up.",
    },
    validate_certs: {
      type: "boolean",
      default: true,
      description: "False takes any certificate of an https server.",
    },
    owner: OWNER,
    group: GROUP,
    mode: MODE,
  },
  required: ["url", "dest"],
  additionalProperties: false,
} as const;

type UrlParams = Params<typeof params>;

export default defineModule({
  name: "get_url",
  doc: "Has the host fetch a file over http or https, by curl or wget (one of them must be there), or from a path of its own. An existing file is not fetched again unless force or checksum asks for it.",
  params,
  parameterAliases: { username: "url_username", password: "url_password" },
  probe(given, _, context) {
    const { dest } = given;
    const fetching = fetchingOf(given);
    const name = nameOf(given.url);
    const hashes = [cleanPath(dest), joinPath(dest, name)].map((path) =>
      fileHash(path, fetching.checksum?.algorithm),
    );
    return [
      ...destinationFacts(dest, name, context),
      ...hashes,
      ...(fetching.path === undefined ? [] : [fileHash(fetching.path)]),
    ];
  },
  plan(given, state, _, context): Plan {
    const { url, dest, owner, group, mode, backup } = given;
    const fetching = fetchingOf(given);
    const path = destination(dest, nameOf(url), state);
    const need = needOf({ given, fetching, path, state });
    const wish = { path, content: undefined, owner, group, mode, backup };
    const fetch = fetchLines(fetching, path).join("\n");
    const before = need === "fetching" ? `${fetch}\n` : "";
    const script = (writing: Writing) => before + writeScript(writing, FETCHED);
    const planned = planFile({ ...wish, kept: need === "nothing", script }, state, context);
    if (planned.kind === "fail") return planned;
    const told = { ...planned, result: { ...planned.result, url } };
    if (need === "nothing") return withAttributes(told, path, state);
    if (need === "fetching") return { ...told, changes: told.changes.map(tellingStatus) };
    const kept = planFile({ ...wish, kept: true }, state, context);
    return kept.kind === "fail"
      ? kept
      : compare({ url, path, fetch, write: planned.changes, keep: kept.changes });
  },
});

function fetchingOf(given: UrlParams) {
  const { url, timeout, validate_certs: validateCerts } = given;
  const checksum = given.checksum === undefined ? undefined : checksumOf(given.checksum);
  const headers = { ...given.headers, ...headersOf(given) };
  const path = url.startsWith("file://") ? decoded(url.slice("file://".length)) : undefined;
  return { url, path, headers, timeout, validateCerts, checksum } satisfies Fetching;
}

function checksumOf(text: string) {
  const at = text.indexOf(":");
  const [algorithm, rest] = [text.slice(0, at) as Algorithm, text.slice(at + 1)];
  return /^[a-z]+:\/\//.test(rest) ? { algorithm, list: rest } : { algorithm, hash: rest.toLowerCase() };
}

function headersOf({ url_username: user, url_password: password = "", http_agent: agent }: UrlParams) {
  const words = Buffer.from(`${user}:${password}`).toString("base64");
  return {
    ...(user === undefined ? {} : { Authorization: `Basic ${words}` }),
    ...(agent === undefined ? {} : { "User-Agent": agent }),
  };
}

/** What is no encoding stands for itself. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function nameOf(url: string): string {
  const name = /^[a-z]+:\/\/[^/?#]*\/([^?#]*\/)?([^/?#]*)/.exec(url)?.[2] ?? "";
  return ["", ".", ".."].includes(name) ? "index.html" : name;
}

function tellingStatus(change: Change): Change {
  return { ...change, learns: (reply) => ({ ...statusOf(reply), ...change.learns?.(reply) }) };
}

interface Asking {
  readonly given: UrlParams;
  readonly fetching: ReturnType<typeof fetchingOf>;
  readonly path: string;
  readonly state: State;
}

/** Whether it has come already; "comparison" when only that tells what the server has. */
function needOf({ given, fetching, path, state }: Asking): "nothing" | "fetching" | "comparison" {
  const { checksum, path: source } = fetching;
  const has = (at: string, algorithm?: Algorithm) => {
    const found = state.get(fileHash(at, algorithm));
    return found.type === "hash" ? found.hash : undefined;
  };
  if (checksum?.list !== undefined) return "comparison";
  if (checksum) return has(path, checksum.algorithm) === checksum.hash ? "nothing" : "fetching";
  if (has(path) === undefined) return "fetching";
  if (source !== undefined) return has(source) === has(path) ? "nothing" : "fetching";
  return given.force || path !== cleanPath(given.dest) ? "comparison" : "nothing";
}

interface Comparing {
  readonly url: string;
  readonly path: string;
  readonly fetch: string;
  /** What is to be done when something else has come, and when it is the same. */
  readonly write: readonly Change[];
  readonly keep: readonly Change[];
}

function compare({ url, path, fetch, write, keep }: Comparing): Plan {
  const scripts = (changes: readonly Change[]) => changes.map(({ script }) => script).join("\n") || ":";
  return {
    kind: "run",
    summary: `fetch ${url}, and may write ${path} (that depends on what comes)`,
    script: `set -eu
${fetch}
if cmp -s -- ${FETCHED} ${quote(path)}; then
${scripts(keep)}
echo ${keep.length > 0 ? "changed" : "same"}
else
${scripts(write)}
echo changed
fi`,
    touches: pathSubjects(path),
    inCheckMode: "changed",
    interpret(reply) {
      const { status, stdout, stderr } = reply;
      const changed = /^changed$/m.test(Buffer.from(stdout).toString());
      if (status === 0)
        return { changed, url, dest: path, ...statusOf(reply), ...backupName("backup_file")(reply) };
      const said = Buffer.from(stderr).toString().trim();
      return { failed: true, url, dest: path, msg: `could not fetch ${url}: ${said}` };
    },
  };
}
