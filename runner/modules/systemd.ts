// systemd: units run or not, are enabled or not, are masked or not. The manager reads changed unit files
// first where daemon_reload says so, which counts as no change.

import { foresee, type State, type Subject, type UnitState, unitName, unitState } from "../facts/index.ts";
import type { Kept } from "../journal/kept.ts";
import { quote } from "../transport/quote.ts";
import { type Change, defineModule, type Params, type Plan } from "./module.ts";
import { defined } from "./shared/defined.ts";
import { mayChangePlan } from "./shared/may-change.ts";
import { UNIT_NAME } from "./shared/schema.ts";

const params = {
  type: "object",
  properties: {
    name: {
      ...UNIT_NAME,
      description: "The unit. Without an ending it is a service.",
    },
    state: {
      enum: ["started", "stopped", "restarted", "reloaded"],
      description: "restarted and reloaded always act; reloaded starts a unit that does not run.",
    },
    enabled: { type: "boolean", description: "Whether it is started at boot." },
    masked: { type: "boolean", description: "Whether it can be started at all." },
    daemon_reload: {
      type: "boolean",
      default: false,
      description: "Read unit files again before all else, where they have changed.",
    },
    no_block: {
      type: "boolean",
      default: false,
      description: "Do not wait until the unit has done what it is told.",
    },
  },
  dependencies: { state: ["name"], enabled: ["name"], masked: ["name"] },
  additionalProperties: false,
} as const;

type SystemdParams = Params<typeof params>;

const UNITS: readonly Subject[] = [{ kind: "units" }];
/** What a service that starts or stops may write. */
const WRITABLE = ["/run", "/var", "/tmp"].map((path) => ({ kind: "path", path, below: true }) as const);

export default defineModule({
  name: "systemd",
  aliases: ["service", "systemd_service"],
  doc: "Starts, stops, restarts, reloads, enables and masks units of systemd. When a unit fails to start, its last journal lines are told.",
  params,
  parameterAliases: { service: "name", unit: "name", "daemon-reload": "daemon_reload" },
  probe: ({ name }) => (name === undefined ? [] : [unitState(name)]),
  plan(params, state, _local, { check }) {
    if (params.name === undefined) {
      if (params.daemon_reload) return reload();
      return { kind: "fail", message: "name is missing: which unit?" };
    }
    const fact = unitState(params.name);
    const unit = state.get(fact);
    const trouble = unusable(params, unit, state);
    if (trouble) return trouble;
    const changes = steps(params, unit, check);
    // systemd does not notice a drop-in whose directory is new (NeedDaemonReload stays "no"), so whatever is
    // done to the unit is done after a reload.
    const stale = unit.needsReload || unit.load !== "loaded" || !state.certain(fact);
    const reloads = params.daemon_reload && (changes.length > 0 || stale);
    const [first, ...rest] = changes;
    const told = { name: params.name, state: params.state, enabled: params.enabled, status: statusOf(unit) };
    const result = defined(told);
    if (!first) return reloads ? { ...reload(), touches: UNITS } : { kind: "changes", changes, result };
    const begin = reloads ? [{ ...first, script: `systemctl daemon-reload\n${first.script}` }] : [first];
    return { kind: "changes", changes: [...begin, ...rest], result };
  },
});

/** As it was found, by the names that systemctl(1) has for it. */
function statusOf({ load, active, sub, file }: UnitState) {
  return { LoadState: load, ActiveState: active, SubState: sub, UnitFileState: file };
}

function reload(): Plan {
  return {
    kind: "run",
    summary: "read unit files again",
    script: "systemctl daemon-reload",
    touches: UNITS,
    inCheckMode: "ok",
    interpret: ({ status, stderr }) =>
      status === 0
        ? { changed: false }
        : { failed: true, msg: `systemctl daemon-reload failed: ${Buffer.from(stderr).toString().trim()}` },
  };
}

function unusable(params: SystemdParams, unit: UnitState, state: State): Plan | undefined {
  const name = unitName(params.name ?? "");
  const acts = params.state !== undefined || params.enabled !== undefined;
  switch (unit.load) {
    case "unavailable":
      if (!state.certain(unitState(name))) return mayChangePlan(actions(params), UNITS);
      return { kind: "fail", message: "systemd does not run on this host, or does not answer" };
    case "invalid":
      return { kind: "fail", message: `${name} is no name of a unit` };
    case "template":
      return {
        kind: "fail",
        message: `${name} is a template: name one of its instances, such as ${name.replace("@.", "@x.")}`,
      };
    case "not-found":
      if (!acts) return undefined;
      if (!state.certain(unitState(name))) return mayChangePlan(actions(params), UNITS);
      return { kind: "fail", message: `there is no unit ${name} on this host` };
    default:
      return undefined;
  }
}

function actions({ name, state, enabled }: SystemdParams): string {
  const does = [
    ...(state ? [state] : []),
    ...(enabled === undefined ? [] : [enabled ? "enabled" : "disabled"]),
  ];
  return `${unitName(name ?? "")} ${does.join(", ")}`;
}

interface Step {
  readonly verb: string;
  /** A service starts or stops. */
  readonly runs: boolean;
  readonly becomes: Partial<UnitState>;
  readonly was: string;
}

/** In Ansible's order: masked, enabled, state. */
function steps(params: SystemdParams, unit: UnitState, check: boolean): Change[] {
  const name = unitName(params.name ?? "");
  let now = unit;
  return [maskStep(params, unit), enableStep(params, unit), stateStep(params, unit)].flatMap((step) => {
    if (!step) return [];
    const next: UnitState = { ...now, ...step.becomes };
    now = next;
    return [
      {
        summary: `${step.verb} ${name}`,
        diff: { path: name, before: `${step.was}\n`, after: `${shown(step.verb)}\n` },
        script: script(step.verb, name, params.no_block),
        keeps: [keptUnit(name, unit, step.verb)],
        // In check mode all that is known of other units stays: none comes or goes by this.
        touches: [...(check ? [] : UNITS), ...(step.runs ? WRITABLE : [])],
        brings: "files" as const,
        after: [foresee(unitState(name), next)],
      },
    ];
  });
}

function keptUnit(name: string, { active, file, load }: UnitState, verb: string): Kept {
  const running = active === "active" || active === "activating" || active === "reloading";
  return {
    kind: "unit",
    unit: name,
    active: running,
    file: load === "masked" ? "masked" : file,
    reload: verb === "reload",
  };
}

function maskStep({ masked }: SystemdParams, { load, file }: UnitState): Step | undefined {
  const is = load === "masked" || file === "masked" || file === "masked-runtime";
  if (masked === undefined || masked === is) return undefined;
  const becomes = masked ? { load: "masked", file: "masked" } : { load: "loaded", file: "disabled" };
  return { verb: masked ? "mask" : "unmask", runs: false, becomes, was: masked ? "not masked" : "masked" };
}

/** Units with these have nothing that could be enabled or disabled: they count as enabled, as in Ansible. */
const FIXED = new Set(["static", "indirect", "generated", "alias", "transient", "enabled-runtime"]);

function enableStep({ enabled, masked }: SystemdParams, { file, load }: UnitState): Step | undefined {
  if (enabled === undefined || (FIXED.has(file) && !(file === "enabled-runtime" && !enabled)))
    return undefined;
  const is = file === "enabled" || file === "enabled-runtime";
  if (enabled === is && !(masked === false && load === "masked" && enabled)) return undefined;
  const becomes = { file: enabled ? "enabled" : "disabled" };
  return { verb: enabled ? "enable" : "disable", runs: false, becomes, was: is ? "enabled" : "disabled" };
}

function stateStep({ state }: SystemdParams, { active, sub }: UnitState): Step | undefined {
  const running = active === "active" || active === "activating" || active === "reloading";
  const verb = (() => {
    switch (state) {
      case undefined:
        return undefined;
      case "started":
        return running ? undefined : "start";
      case "stopped":
        return running || active === "deactivating" ? "stop" : undefined;
      case "restarted":
        return running ? "restart" : "start";
      case "reloaded":
        return running ? "reload" : "start";
    }
  })();
  if (verb === undefined) return undefined;
  const becomes =
    verb === "stop" ? { active: "inactive", sub: "dead" } : { active: "active", sub: "running" };
  // What runs is told in one word: whether it listens, or is about to be ready, may be otherwise a moment later.
  return { verb, runs: true, becomes, was: running ? "running" : `${active} (${sub})` };
}

function shown(verb: string): string {
  const becomes: Readonly<Record<string, string>> = {
    mask: "masked",
    unmask: "not masked",
    enable: "enabled",
    disable: "disabled",
    start: "started",
    stop: "stopped",
    restart: "restarted",
    reload: "reloaded",
  };
  return becomes[verb] ?? verb;
}

/** A unit that fails says why in its journal; one that falls over at once has failed, whatever systemctl says. */
function script(verb: string, name: string, noBlock: boolean): string {
  const unit = quote(name);
  const act = `systemctl ${noBlock ? "--no-block " : ""}${verb} -- ${unit}`;
  if (!["start", "restart", "reload"].includes(verb)) return act;
  return `since=$(date +%s)
explain() {
  echo 'its last journal lines:' >&2
  journalctl --no-pager -q -n 10 --since="@$since" -u ${unit} >&2 || :
  exit 1
}
${act} || explain
case $(systemctl show -p ActiveState -p SubState --value -- ${unit}) in
  failed*|*auto-restart*) echo ${quote(`${name} was told to ${verb}, and failed`)} >&2; explain ;;
esac`;
}
