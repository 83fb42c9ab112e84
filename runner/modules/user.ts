// user: an account exists with the attributes that are named, or does not. What is not named is left alone.

import {
  type Fact,
  foresee,
  groupAccount,
  identity,
  parentOf,
  pathState,
  type State,
  type UserAccount,
  userAccount,
} from "../facts/index.ts";
import { quote } from "../transport/quote.ts";
import { type Change, defineModule, type Params } from "./module.ts";
import { accountResult, accountTold, tellAccount } from "./shared/account-result.ts";
import { ACCOUNT_NAME, accountSubjects } from "./shared/accounts.ts";
import { defined } from "./shared/defined.ts";
import { unlessBrought } from "./shared/may-change.ts";
import { PATH_FORM } from "./shared/schema.ts";
import { encode } from "./shared/text.ts";

const FIELD = {
  type: "string",
  pattern: "^[^:\\n\\u0000]*$",
  errorMessage: "a text without colons and line ends is expected",
} as const;

const params = {
  type: "object",
  properties: {
    name: { ...ACCOUNT_NAME, description: "The user." },
    state: { enum: ["present", "absent"], default: "present", description: "Whether the account exists." },
    uid: { type: "integer", minimum: 0, description: "Its number." },
    group: {
      ...ACCOUNT_NAME,
      type: ["string", "integer"],
      description: "The primary group, by name or number; it must exist.",
    },
    groups: {
      type: ["array", "string"],
      items: ACCOUNT_NAME,
      description: "Supplementary groups, which must exist; an empty list means none.",
    },
    append: { type: "boolean", default: false, description: "Leave other supplementary groups as they are." },
    comment: { ...FIELD, description: "The full name, or what the account is for." },
    home: { ...PATH_FORM, pattern: "^/[^:\\n\\u0000]*$", description: "The home directory." },
    create_home: {
      type: "boolean",
      default: true,
      description: "Make the home directory where it is missing.",
    },
    shell: { ...PATH_FORM, pattern: "^/[^:\\n\\u0000]*$", description: "The login shell." },
    password: {
      ...FIELD,
      secret: true,
      description: 'The password as crypt(3) has it, or "!" or "*" for none. Never shown.',
    },
    update_password: {
      enum: ["always", "on_create"],
      default: "always",
      description: "Whether the password of an account that exists is set too.",
    },
    system: {
      type: "boolean",
      default: false,
      description: "Take a number of those for the system when it is made.",
    },
    remove: { type: "boolean", default: false, description: "With absent: remove the home directory too." },
  },
  required: ["name"],
  additionalProperties: false,
} as const;

type UserParams = Params<typeof params>;

export default defineModule({
  name: "user",
  doc: "Makes, alters and removes accounts of the host.",
  params,
  parameterAliases: { user: "name", createhome: "create_home" },
  probe: (params): Fact<unknown>[] => [
    userAccount(params.name),
    groupAccount(params.name),
    identity(),
    ...namedGroups(params).map((group) => groupAccount(group)),
  ],
  plan(params, state, _local, { check }) {
    const { name } = params;
    const found = state.get(userAccount(name));
    const common = { name, state: params.state };
    if (params.state === "absent") {
      const result = { ...common, remove: params.remove };
      return { kind: "changes", changes: found ? [remove(params, found, check)] : [], result };
    }
    const missing = namedGroups(params).find((group) => {
      const fact = groupAccount(group);
      return state.get(fact) === undefined && state.certain(fact);
    });
    if (missing !== undefined) return { kind: "fail", message: `there is no group ${missing}` };
    const groups = supplementary(params)?.join(",");
    const result = { ...common, ...defined({ groups }) };
    if (found) {
      const changes = alter(params, found, state, check);
      const told = { append: params.append, ...accountResult(params, found, state) };
      return { kind: "changes", changes, result: { ...result, ...told } };
    }
    const { system, create_home, home = `/home/${name}` } = params;
    const change = unlessBrought(create(params, state, check), userAccount(name), state);
    return { kind: "changes", changes: [change], result: { ...result, system, create_home, home } };
  },
});

function remove({ name, remove: home }: UserParams, found: UserAccount, check: boolean): Change {
  return {
    summary: `remove user ${name}`,
    // 12: the home directory could not be removed or was not there.
    script: `userdel${home ? " -r" : ""} -- ${quote(name)} || [ $? = 12 ]`,
    touches: [
      ...accountSubjects(check),
      ...(home ? [{ kind: "path", path: found.home, below: true } as const] : []),
    ],
    after: [foresee(userAccount(name), undefined)],
  };
}

function create(params: UserParams, state: State, check: boolean): Change {
  const { name, uid, comment = "", create_home, password } = params;
  const home = params.home ?? `/home/${name}`;
  const groups = supplementary(params) ?? [];
  const ownGroupExists = params.group === undefined && state.get(groupAccount(name)) !== undefined;
  const options = [
    ...(uid === undefined ? [] : [`-u ${uid}`]),
    ...(params.group === undefined ? [] : [`-g ${quote(String(params.group))}`]),
    // A group of that name is there already: useradd would fail to make it.
    ...(ownGroupExists ? ["-N"] : []),
    ...(groups.length > 0 ? [`-G ${quote(groups.join(","))}`] : []),
    ...(params.comment === undefined ? [] : [`-c ${quote(comment)}`]),
    ...(params.home === undefined ? [] : [`-d ${quote(home)}`]),
    ...(params.shell === undefined ? [] : [`-s ${quote(params.shell)}`]),
    ...(params.system ? ["-r"] : []),
    create_home ? "-m" : "-M",
  ];
  const group =
    params.group === undefined ? (ownGroupExists ? undefined : name) : groupName(params.group, state);
  const account: UserAccount = {
    name,
    uid,
    gid: undefined,
    group,
    groups: [...groups].sort(),
    comment,
    home,
    homeExists: create_home,
    shell: params.shell ?? "/bin/sh",
    passwordHash: password ?? "!",
  };
  return {
    summary: `create user ${name}`,
    script: [
      ...(create_home ? [`mkdir -p -- ${quote(parentOf(home))}`] : []),
      `useradd ${options.join(" ")} -- ${quote(name)}`,
      ...(password === undefined ? [] : ["chpasswd -e"]),
      tellAccount(name),
    ].join("\n"),
    ...(password === undefined ? {} : { input: encode(`${name}:${password}\n`) }),
    learns: accountTold,
    touches: [...accountSubjects(check), { kind: "path", path: home, below: true }],
    after: [
      foresee(userAccount(name), account),
      ...(params.group === undefined && !ownGroupExists
        ? [foresee(groupAccount(name), { name, gid: undefined, members: [] })]
        : []),
      ...(create_home ? [foreseeHome(account)] : []),
    ],
  };
}

function alter(params: UserParams, found: UserAccount, state: State, check: boolean): Change[] {
  const { name, uid, comment, home, shell, password } = params;
  const account = quote(name);
  const changes: Change[] = [];
  let now = found;
  const change = (summary: string, script: string, becomes: Partial<UserAccount>, input?: Uint8Array) => {
    now = { ...now, ...becomes };
    changes.push({
      summary: `user ${name}: ${summary}`,
      script,
      ...(input ? { input } : {}),
      touches: [...accountSubjects(check), { kind: "path", path: now.home, below: true }],
      after: [foresee(userAccount(name), now)],
    });
  };
  const set = (what: string, option: string, value: string, becomes: Partial<UserAccount>) =>
    change(what, `usermod ${option} ${quote(value)} -- ${account}`, becomes);

  if (uid !== undefined && uid !== found.uid)
    set(`number ${found.uid} -> ${uid}`, "-u", String(uid), { uid });
  const group = params.group === undefined ? undefined : groupName(params.group, state);
  if (params.group !== undefined && group !== found.group) {
    set(`group ${found.group} -> ${group}`, "-g", String(params.group), { group, gid: undefined });
  }
  const wanted = supplementary(params)?.filter((each) => each !== now.group);
  const missing = wanted?.filter((each) => !found.groups.includes(each)) ?? [];
  const surplus =
    params.append || !wanted
      ? []
      : found.groups.filter((each) => !wanted.includes(each) && each !== now.group);
  if (missing.length + surplus.length > 0) {
    const groups = [...found.groups.filter((each) => !surplus.includes(each)), ...missing].sort();
    const what = [...missing.map((each) => `+${each}`), ...surplus.map((each) => `-${each}`)].join(" ");
    set(`groups ${what}`, "-G", groups.join(","), { groups });
  }
  if (comment !== undefined && comment !== found.comment) set("comment", "-c", comment, { comment });
  if (home !== undefined && home !== found.home) {
    set(`home ${found.home} -> ${home}`, "-d", home, { home, homeExists: false });
  }
  if (shell !== undefined && shell !== found.shell)
    set(`shell ${found.shell} -> ${shell}`, "-s", shell, { shell });
  if (password !== undefined && params.update_password === "always" && password !== found.passwordHash) {
    change("password", "chpasswd -e", { passwordHash: password }, encode(`${name}:${password}\n`));
  }
  if (params.create_home && !now.homeExists) {
    change(`create home ${now.home}`, makeHome(name, now.home), { homeExists: true });
    const last = changes.pop() as Change;
    changes.push({ ...last, after: [...last.after, foreseeHome(now)] });
  }
  return changes;
}

/** Groups that must exist. */
function namedGroups(params: UserParams): string[] {
  return [...(params.group === undefined ? [] : [String(params.group)]), ...(supplementary(params) ?? [])];
}

/** Undefined: supplementary groups are not to be looked at. */
function supplementary({ groups }: UserParams): readonly string[] | undefined {
  return typeof groups === "string"
    ? groups
        .split(",")
        .map((each) => each.trim())
        .filter(Boolean)
    : groups;
}

function groupName(group: string | number, state: State): string | undefined {
  return state.get(groupAccount(String(group)))?.name ?? (typeof group === "string" ? group : undefined);
}

function makeHome(name: string, home: string): string {
  const path = quote(home);
  return `if ! [ -d ${path} ]; then
  mkdir -p -- ${quote(parentOf(home))}
  if [ -d /etc/skel ]; then cp -R -- /etc/skel ${path}; else mkdir -- ${path}; fi
  chown -R -- ${quote(`${name}:`)} ${path}
  chmod 0755 -- ${path}
fi`;
}

function foreseeHome({ name, uid, gid, group, home }: UserAccount) {
  return foresee(pathState(home), {
    type: "directory",
    mode: 0o755,
    uid,
    gid,
    owner: name,
    group,
    size: 0,
    mtime: 0,
  });
}
