// wait_for: goes on when a port answers or a path is there, or is no more; gives up after a time.

import { quote } from "../transport/quote.ts";
import { defineModule, type Params } from "./module.ts";
import { defined } from "./shared/defined.ts";
import { PATH_FORM } from "./shared/schema.ts";

const params = {
  type: "object",
  properties: {
    path: { ...PATH_FORM, description: "The path to wait for." },
    port: { type: "integer", minimum: 1, maximum: 65535, description: "The TCP port to wait for." },
    host: {
      type: "string",
      pattern: "^[A-Za-z0-9:._-]+$",
      default: "127.0.0.1",
      description: "Where the port is, as seen from the host.",
    },
    state: {
      enum: ["started", "present", "stopped", "absent"],
      default: "started",
      description: "started, present: until it answers or is there; stopped, absent: until it is no more.",
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
  allOf: [{ not: { required: ["path", "port"] }, errorMessage: "path and port exclude each other" }],
} as const;

type WaitParams = Params<typeof params>;

export default defineModule({
  name: "wait_for",
  doc: "Waits until a TCP port answers or a path exists (or no more), or for a time.",
  readOnly: true,
  params,
  probe: () => [],
  plan(params) {
    const { path, port, host, state, timeout, delay, sleep } = params;
    const what = path ?? (port === undefined ? undefined : `${host}:${port}`);
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
        const elapsed = Number(Buffer.from(stdout).toString().trim()) || 0;
        const result = defined({ elapsed, state, path, port });
        if (status === 0) return { changed: false, ...result };
        const late = `${what} ${gone ? "is still there" : "has not come"} after ${timeout} seconds`;
        const said = Buffer.from(stderr).toString().trim();
        return {
          failed: true,
          ...result,
          elapsed: timeout,
          msg: params.msg ?? (status === 1 ? late : said || late),
        };
      },
    };
  },
});

/** The last look is after the time is up, so that a timeout of 0 looks once. */
function loop(params: WaitParams, gone: boolean, sleep: number): string {
  return `until ${gone ? "! " : ""}${look(params)}; do
  if [ $(($(date +%s) - start)) -ge ${params.timeout} ]; then exit 1; fi
  sleep ${sleep}
done`;
}

/** bash makes the connection: it is on every Debian, and sh cannot. */
function look({ path, port, host, connect_timeout }: WaitParams): string {
  if (path !== undefined) return `[ -e ${quote(path)} ]`;
  return `timeout ${connect_timeout} bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${quote(host)} ${port} 2>/dev/null`;
}
