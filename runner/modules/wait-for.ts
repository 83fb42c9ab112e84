// wait_for: goes on when a port or socket answers, or a path is there, or is no more; gives up after a time.

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
  allOf: [
    { not: { required: ["path", "port"] }, errorMessage: "path and port exclude each other" },
    { not: { required: ["path", "socket"] }, errorMessage: "path and socket exclude each other" },
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
        const elapsed = Number(Buffer.from(stdout).toString().trim()) || 0;
        const result = defined({ elapsed, state, path, port, socket });
        if (status === 0) return { changed: false, ...result };
        const missing = params.says === undefined ? "has not come" : "does not answer as it should";
        const late = `${what} ${gone ? "is still there" : missing} after ${timeout} seconds`;
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
  return path === undefined ? answers({ ...speaking, patience }) : `[ -e ${quote(path)} ]`;
}
