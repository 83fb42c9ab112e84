// wait_for: goes on when a port or socket answers, or a path is there, or is no more; gives up after a time.

import { pythonRegex } from "../template/index.ts";
import { quote } from "../transport/quote.ts";
import { defineModule, type Params } from "./module.ts";
import { answers, journalOf } from "./shared/answer.ts";
import { defined } from "./shared/defined.ts";
import { PATH_FORM, UNIT_NAME } from "./shared/schema.ts";

const params = {
  type: "object",
  properties: {
    path: { ...PATH_FORM, description: "The path to wait for." },
    port: { type: "integer", minimum: 1, maximum: 65535, description: "The TCP port to wait for." },
    socket: { ...PATH_FORM, description: "The Unix socket to wait for. Ours, not Ansible's." },
    tls: {
      type: "boolean",
      default: false,
      description: "Speak TLS on the port, whatever the certificate. Ours, not Ansible's.",
    },
    send: {
      type: "string",
      description: "A line to say after connecting; with tls one that ends the talk, such as QUIT. Ours.",
    },
    says: {
      type: "string",
      minLength: 1,
      description:
        "What the answer must look like, as for grep -E: a service can be started and not answer yet. Ours.",
    },
    search_regex: {
      type: "string",
      minLength: 1,
      pattern: "^[^\\n\\u0000]*$",
      description: "What a line of the file, or of what comes by the port, must look like.",
    },
    unit: {
      ...UNIT_NAME,
      description: "The unit whose last journal lines are told when the time is up. Ours.",
    },
    host: {
      type: "string",
      pattern: "^[A-Za-z0-9:._-]+$",
      default: "127.0.0.1",
      description: "Where the port is, as seen from the host.",
    },
    state: {
      enum: ["started", "present", "stopped", "absent", "drained"],
      default: "started",
      description:
        "started, present: until it answers or is there; stopped, absent: until it is no more; drained: until nobody is connected to the port of the host.",
    },
    timeout: { type: "integer", minimum: 0, default: 300, description: "Seconds after which to give up." },
    delay: { type: "integer", minimum: 0, default: 0, description: "Seconds to wait before looking." },
    sleep: { type: "integer", minimum: 1, default: 1, description: "Seconds between looks." },
    connect_timeout: {
      type: "integer",
      minimum: 1,
      default: 5,
      description: "Seconds for one attempt to connect.",
    },
    msg: { type: "string", description: "What to say when the time is up." },
  },
  additionalProperties: false,
  allOf: [
    { not: { required: ["path", "port"] }, errorMessage: "path and port exclude each other" },
    { not: { required: ["path", "socket"] }, errorMessage: "path and socket exclude each other" },
    { not: { required: ["says", "search_regex"] }, errorMessage: "says and search_regex exclude each other" },
    { not: { required: ["port", "socket"] }, errorMessage: "port and socket exclude each other" },
  ],
} as const;

type WaitParams = Params<typeof params>;

export default defineModule({
  name: "wait_for",
  doc: "Waits until a port or socket answers, with the right words where these are given, or a path exists (or no more), or for a time.",
  readOnly: true,
  params,
  probe: () => [],
  plan(params) {
    const { path, port, socket, host, state, timeout, delay, sleep } = params;
    if (params.tls && port === undefined) return { kind: "fail", message: "tls needs a port" };
    if (state === "drained" && port === undefined)
      return { kind: "fail", message: "state: drained needs a port" };
    const pattern = params.search_regex === undefined ? undefined : multiline(params.search_regex);
    if (typeof pattern === "string") return { kind: "fail", message: pattern };
    const what = path ?? socket ?? (port === undefined ? undefined : `${host}:${port}`);
    const gone = state === "stopped" || state === "absent";
    return {
      kind: "run",
      summary: what === undefined ? `wait ${timeout} s` : `wait for ${what}${gone ? " to go" : ""}`,
      script: `start=$(date +%s)
${delay > 0 ? `sleep ${delay}\n` : ""}${what === undefined ? `sleep ${timeout}\n` : loop(params, gone, sleep)}
echo $(($(date +%s) - start))`,
      touches: [],
      inCheckMode: "skip",
      interpret({ status, stdout, stderr }) {
        const printed = Buffer.from(stdout).toString().trimEnd().split("\n");
        const elapsed = Number(printed.at(-1)) || 0;
        const result = {
          ...defined({ elapsed, state, path, port, socket }),
          ...matched(pattern, printed.slice(0, -1).join("\n")),
        };
        if (status === 0) return { changed: false, ...result };
        const missing =
          params.says === undefined && pattern === undefined
            ? "has not come"
            : "does not answer as it should";
        const left = state === "drained" ? "is still in use" : gone ? "is still there" : missing;
        const late = `${what} ${left} after ${timeout} seconds`;
        const said = Buffer.from(stderr).toString().trim();
        const lines = [params.msg ?? late, ...(said ? [said] : [])].join("\n");
        return {
          failed: true,
          ...result,
          elapsed: timeout,
          msg: status === 1 ? lines : (params.msg ?? (said || late)),
        };
      },
    };
  },
});

/** The last look is after the time is up, so that a timeout of 0 looks once. */
function loop(params: WaitParams, gone: boolean, sleep: number): string {
  return `until ${gone ? "! " : ""}${look(params)}; do
  if [ $(($(date +%s) - start)) -ge ${params.timeout} ]; then
${params.unit === undefined ? "" : `${journalOf(params.unit)}\n`}exit 1; fi
  sleep ${sleep}
done`;
}

function look({ path, connect_timeout: patience, ...speaking }: WaitParams): string {
  const { state, search_regex: pattern, port = 0 } = speaking;
  if (state === "drained") return `! ${connected(port)}`;
  if (path === undefined) return answers({ ...speaking, patience });
  // Perl's expressions are nearly Python's; what has matched is printed for the groups.
  return pattern === undefined
    ? `[ -e ${quote(path)} ]`
    : `grep -m1 -P -- ${quote(pattern)} ${quote(path)} 2>/dev/null`;
}

/** proc(5): in /proc/net/tcp 01 to 06 are connections, from established ones to those that end. */
function connected(port: number): string {
  const end = `:${port.toString(16).toUpperCase().padStart(4, "0")}$`;
  return `cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v end=${quote(end)} '$2 ~ end && $4 ~ /^0[1-6]$/ { found = 1 } END { exit !found }'`;
}

/** A sentence when it is no expression of Python. */
function multiline(pattern: string): RegExp | string {
  try {
    return pythonRegex(pattern, { multiline: true });
  } catch (error) {
    return (error as Error).message;
  }
}

function matched(pattern: RegExp | undefined, text: string) {
  if (!pattern) return {};
  const found = pattern.exec(text);
  const match_groups = [...(found ?? [])].slice(1).map((group) => group ?? null);
  return { match_groups, match_groupdict: { ...found?.groups } };
}
