// apt: Debian packages are there, are the newest, or are gone. One apt-get for a whole list.

import {
  aptCandidate,
  aptLists,
  type Fact,
  foresee,
  JUST_FETCHED,
  packageState,
  type State,
} from "../facts/index.ts";
import { quote } from "../transport/quote.ts";
import { type Change, defineModule, type Params, type Plan } from "./module.ts";
import { aptFunctions } from "./shared/apt-get.ts";
import { aptJoint } from "./shared/apt-joint.ts";
import { aptWhole } from "./shared/apt-whole.ts";

const NAME = "[a-z0-9][a-z0-9+.-]+(:[a-z0-9-]+)?(=[A-Za-z0-9.+:~*-]+)?";

const params = {
  type: "object",
  properties: {
    name: {
      type: ["string", "array"],
      pattern: `^${NAME}(\\s*,\\s*${NAME})*$`,
      items: {
        type: "string",
        pattern: `^${NAME}$`,
        errorMessage: "the name of a package is expected, or NAME=VERSION",
      },
      errorMessage: "the name of a package is expected, NAME=VERSION, or a list of them",
      description: "A package or a list of them; NAME=VERSION for a certain version.",
    },
    state: {
      enum: ["present", "absent", "latest"],
      default: "present",
      description:
        "present: installed in any version; latest: in the newest that apt knows; absent: removed.",
    },
    update_cache: {
      type: "boolean",
      description:
        "Fetch the lists of packages first, when something has to be installed or no package is named.",
    },
    cache_valid_time: {
      type: "integer",
      minimum: 0,
      default: 0,
      description: "Seconds for which fetched lists are taken as fresh. Given, it implies update_cache.",
    },
    install_recommends: {
      type: "boolean",
      description: "Whether recommended packages come too; else as apt is set up.",
    },
    purge: { type: "boolean", default: false, description: "Remove configuration files too." },
    autoremove: {
      type: "boolean",
      default: false,
      description: "Remove packages too that came as dependencies and that nothing needs any more.",
    },
    upgrade: {
      enum: ["no", "yes", "safe", "full", "dist", true, false],
      default: "no",
      description:
        "Upgrade all packages, when none is named. yes, safe: without removing any; full, dist: with all that it takes.",
    },
    autoclean: {
      type: "boolean",
      default: false,
      description: "Remove package files that can no longer be downloaded, when no package is named.",
    },
    clean: {
      type: "boolean",
      default: false,
      description: "Remove all package files that were downloaded, when no package is named.",
    },
    policy_rc_d: {
      type: "integer",
      minimum: 0,
      maximum: 255,
      description:
        "Exit status of policy-rc.d during the installation; 101 keeps services from being started.",
    },
    default_release: {
      type: "string",
      pattern: "^[A-Za-z0-9./_-]+$",
      description: "The release to prefer: bookworm-backports.",
    },
    lock_timeout: {
      type: "integer",
      minimum: 0,
      default: 60,
      description: "Seconds to wait for another apt or dpkg.",
    },
    force_apt_get: { type: "boolean", description: "Accepted as in Ansible; it is always apt-get." },
  },
  additionalProperties: false,
} as const;

type AptParams = Params<typeof params>;

interface Wanted {
  readonly name: string;
  /** May end with * as for apt-get. */
  readonly version: string | undefined;
  /** As apt-get takes it. */
  readonly word: string;
}

export default defineModule({
  name: "apt",
  aliases: ["package"],
  doc: "Installs, upgrades and removes Debian packages. Packages that are as wanted cost one look at dpkg's records; apt is asked only when something is to be done, and once for tasks and items that follow one another.",
  params,
  parameterAliases: {
    package: "name",
    pkg: "name",
    "update-cache": "update_cache",
    "install-recommends": "install_recommends",
    "default-release": "default_release",
  },
  probe(params, _local, { check }): Fact<unknown>[] {
    const names = wantedOf(params).map(({ name }) => name);
    return [
      ...names.map((name) => packageState(name)),
      ...(params.state === "latest" || check ? names.map((name) => aptCandidate(name)) : []),
      ...(updates(params) || check ? [aptLists()] : []),
    ];
  },
  plan(params, state, _local, { check }) {
    const stale = updates(params) && isStale(params, state);
    const wanted = wantedOf(params);
    if (wanted.length === 0) {
      const whole = aptWhole(params, { updates: stale, functions: functions(params, { policy: true }) });
      if (whole) return whole;
      const changes = stale ? [updateLists(params)] : [];
      return { kind: "changes", changes, result: { cache_updated: stale } };
    }
    if (params.state === "absent") return remove(params, wanted, state);
    if (params.state === "latest" && stale) return upgrade(params, wanted, state);
    const missing = wanted.filter((each) => !satisfied(each, params, state));
    if (missing.length === 0) return { kind: "changes", changes: [], result: { cache_updated: false } };
    const unknown = check && !stale ? missing.find((each) => isUnknown(each, state)) : undefined;
    if (unknown) return { kind: "fail", message: `apt knows no package ${unknown.name}` };
    return { kind: "changes", changes: [install(params, missing, stale)], result: { cache_updated: stale } };
  },
});

function wantedOf({ name = [] }: AptParams): Wanted[] {
  const words = typeof name === "string" ? name.split(",").map((word) => word.trim()) : name;
  return words
    .filter((word) => word !== "")
    .map((word) => {
      const [bare = "", version] = word.split("=", 2);
      return { name: bare, version, word };
    });
}

function updates({ update_cache, cache_valid_time }: AptParams): boolean {
  return update_cache ?? cache_valid_time > 0;
}

function isStale({ cache_valid_time }: AptParams, state: State): boolean {
  const { age, present } = state.get(aptLists());
  return !present || age >= cache_valid_time;
}

function satisfied({ name, version }: Wanted, params: AptParams, state: State): boolean {
  const is = state.get(packageState(name));
  if (version !== undefined) return is.installed && matches(is.version ?? "", version);
  if (!is.installed) return is.providedBy.length > 0;
  if (params.state !== "latest" || is.held) return true;
  const candidate = state.get(aptCandidate(name)).version;
  return candidate === undefined || candidate === is.version;
}

/** For check mode: the real run asks apt itself. Other packages that come before bring none that apt does not know. */
function isUnknown({ name }: Wanted, state: State): boolean {
  const fact = aptCandidate(name);
  return state.get(aptLists()).present && !state.mayGo(fact) && !state.get(fact).known;
}

function matches(version: string, wanted: string): boolean {
  const parts = wanted.split("*").map((part) => part.replace(/[.+~-]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`).test(version);
}

function functions(params: AptParams, options: { readonly policy: boolean }): string {
  return aptFunctions({
    lockTimeout: params.lock_timeout,
    recommends: params.install_recommends,
    policyRcD: options.policy ? params.policy_rc_d : undefined,
    defaultRelease: params.default_release,
  });
}

const words = (wanted: readonly Wanted[]) => wanted.map(({ word }) => quote(word)).join(" ");
const list = (wanted: readonly Wanted[]) => wanted.map(({ word }) => word).join(", ");

function install(params: AptParams, missing: readonly Wanted[], update: boolean): Change {
  const verb = params.state === "latest" ? "install or upgrade" : "install";
  const shell = functions(params, { policy: true });
  const first = update ? `${shell}\napt_update` : shell;
  const command = `apt_do install${params.autoremove ? " --auto-remove" : ""} --`;
  const installation = { words: missing.map(({ word }) => word), command, first };
  return {
    summary: `${verb} ${list(missing)}`,
    diff: { path: "packages", before: "", after: missing.map(({ word }) => `${word}\n`).join("") },
    script: `${first}\n${command} ${words(missing)}`,
    touches: "everything",
    brings: "packages",
    joint: aptJoint(`${shell} ${command}`, { ...installation, recommends: params.install_recommends }),
    after: [
      ...(update ? [foresee(aptLists(), JUST_FETCHED)] : []),
      ...missing.map(({ name, version }) =>
        foresee(packageState(name), {
          installed: true,
          version,
          status: "installed",
          held: false,
          providedBy: [],
        }),
      ),
    ],
  };
}

function updateLists(params: AptParams): Change {
  return {
    summary: "fetch the lists of packages",
    script: `${functions(params, { policy: false })}\napt_update`,
    touches: [{ kind: "packages" }, { kind: "path", path: "/var/lib/apt", below: true }],
    after: [foresee(aptLists(), JUST_FETCHED)],
  };
}

function remove(params: AptParams, wanted: readonly Wanted[], state: State): Plan {
  const left = wanted.filter(({ name }) => {
    const { status } = state.get(packageState(name));
    return status !== "not-installed" && (status !== "config-files" || params.purge);
  });
  if (left.length === 0) return { kind: "changes", changes: [] };
  const names = left.map(({ name }) => quote(name)).join(" ");
  const change: Change = {
    summary: `${params.purge ? "purge" : "remove"} ${left.map(({ name }) => name).join(", ")}`,
    diff: { path: "packages", before: left.map(({ name }) => `${name}\n`).join(""), after: "" },
    script: `${functions(params, { policy: true })}
apt_do ${params.purge ? "purge" : "remove"}${params.autoremove ? " --auto-remove" : ""} -- ${names}`,
    touches: "everything",
    after: left.map(({ name }) =>
      foresee(packageState(name), {
        installed: false,
        version: undefined,
        status: params.purge ? "not-installed" : "config-files",
        held: false,
        providedBy: [],
      }),
    ),
  };
  return { kind: "changes", changes: [change] };
}

/** What is newest is known only after the lists have been fetched, so this one tells afterwards. */
function upgrade(params: AptParams, wanted: readonly Wanted[], state: State): Plan {
  const names = wanted.map(({ name }) => quote(name)).join(" ");
  const look = `dpkg-query -W -f '\${Package} \${Version} \${db:Status-Status}\\n' -- ${names} 2>/dev/null || :`;
  return {
    kind: "run",
    summary: `fetch the lists of packages, install or upgrade ${list(wanted)}`,
    script: `set -eu
${functions(params, { policy: true })}
before=$(${look})
apt_update
apt_do install${params.autoremove ? " --auto-remove" : ""} -- ${words(wanted)}
[ "$before" = "$(${look})" ] || echo changed`,
    touches: "everything",
    inCheckMode: wanted.every((each) => satisfied(each, params, state)) ? "ok" : "changed",
    interpret: ({ status, stdout, stderr }) =>
      status === 0
        ? { changed: Buffer.from(stdout).toString().endsWith("changed\n"), cache_updated: true }
        : {
            failed: true,
            msg: `could not upgrade ${list(wanted)}: ${Buffer.from(stderr).toString().trim()}`,
          },
  };
}
