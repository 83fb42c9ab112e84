// Owner, group and mode of what is or will be at a path: what is wanted, whether it differs, and the shell
// that sets it. chown comes before chmod, since it clears the set-ID bits.

import { type Foreseen, foresee } from "../../facts/fact.ts";
import { type Attributes, type Identity, type PathState, pathState } from "../../facts/index.ts";
import type { Kept } from "../../journal/kept.ts";
import { quote } from "../../transport/quote.ts";
import type { Change } from "../module.ts";
import { chmodWord, modeBits, octal } from "./mode.ts";

export interface AttributeWish {
  readonly owner?: string | number | undefined;
  readonly group?: string | number | undefined;
  readonly mode?: string | number | undefined;
}

type Ownership = Pick<Attributes, "uid" | "gid" | "owner" | "group">;

export function sameOwner(
  wish: string | number | undefined,
  name: string | undefined,
  id: number | undefined,
): boolean {
  if (wish === undefined) return true;
  return isNumber(wish) ? Number(wish) === id : wish === name;
}

/** The argument of chown(1) for what is wished; undefined when nothing is. */
export function ownerWord(
  owner: string | number | undefined,
  group: string | number | undefined,
): string | undefined {
  if (owner === undefined && group === undefined) return undefined;
  return `${owner === undefined ? "" : account(owner)}${group === undefined ? "" : `:${account(group)}`}`;
}

/** A + keeps chown from taking a number for a name. */
function account(wish: string | number): string {
  return isNumber(wish) ? `+${wish}` : wish;
}

function isNumber(wish: string | number): wish is number | string {
  return typeof wish === "number" || /^\d+$/.test(wish);
}

/** Who will own something, when a wish has been applied to what it has. */
export function foreseenOwnership(wish: AttributeWish, now: Ownership, identity: Identity): Ownership {
  const user = foreseenAccount(wish.owner, [now.owner, now.uid], [identity.user, identity.uid]);
  const group = foreseenAccount(wish.group, [now.group, now.gid], [identity.group, identity.gid]);
  return { owner: user[0], uid: user[1], group: group[0], gid: group[1] };
}

type Account = readonly [name: string | undefined, id: number | undefined];

function foreseenAccount(wish: string | number | undefined, now: Account, self: Account): Account {
  if (wish === undefined) return now;
  for (const known of [now, self, ["root", 0] as Account])
    if (sameOwner(wish, known[0], known[1])) return known;
  return isNumber(wish) ? [undefined, Number(wish)] : [wish, undefined];
}

export interface Adjusting {
  readonly path: string;
  readonly state: Exclude<PathState, { type: "absent" | "denied" }>;
  readonly wish: AttributeWish;
  readonly identity: Identity;
}

/** The change that gives what is at a path its owner and mode; undefined when it has them. A link has no mode. */
export function adjustAttributes({ path, state, wish, identity }: Adjusting): Change | undefined {
  const owner = sameOwner(wish.owner, state.owner, state.uid) ? undefined : wish.owner;
  const group = sameOwner(wish.group, state.group, state.gid) ? undefined : wish.group;
  const chown = ownerWord(owner, group);
  const kept =
    chown === undefined || state.type === "directory" || state.type === "link"
      ? state.mode
      : withoutSetId(state.mode);
  const directory = state.type === "directory";
  const isLink = state.type === "link";
  const mode =
    wish.mode === undefined || isLink
      ? kept
      : modeBits(wish.mode, { mode: state.mode, directory, umask: identity.umask });
  const chmod = mode !== kept;
  if (chown === undefined && !chmod) return undefined;
  const after = { ...state, ...foreseenOwnership({ owner, group }, state, identity), mode };
  const [was, becomes] = [describe(state), describe(after)];
  return {
    summary: `${path}: ${differences(was, becomes)}`,
    diff: { path, before: lines(was, becomes, was), after: lines(was, becomes, becomes) },
    script: [
      ...(chown === undefined ? [] : [`chown ${isLink ? "-h " : ""}${quote(chown)} -- ${quote(path)}`]),
      ...(chmod ? [`chmod ${chmodWord(mode)} -- ${quote(path)}`] : []),
    ].join("\n"),
    keeps: keptAttributes(path, state),
    touches: [{ kind: "path", path }],
    after: [foresee(pathState(path), after) as Foreseen],
  };
}

/** Owners are only unknown where they are foreseen, of accounts yet to be made. */
export function keptAttributes(
  path: string,
  { uid, gid, mode }: Pick<Attributes, "uid" | "gid" | "mode">,
): Kept[] {
  return uid === undefined || gid === undefined ? [] : [{ kind: "attributes", path, uid, gid, mode }];
}

/** What chown(2) leaves of the mode of a file. */
function withoutSetId(mode: number): number {
  return mode & ~(0o4000 | ((mode & 0o010) === 0 ? 0 : 0o2000));
}

type Description = Readonly<Record<"owner" | "group" | "mode", string>>;

export function describe(
  attributes: Pick<Attributes, "owner" | "uid" | "group" | "gid" | "mode">,
): Description {
  return {
    owner: attributes.owner ?? String(attributes.uid),
    group: attributes.group ?? String(attributes.gid),
    mode: octal(attributes.mode),
  };
}

const KEYS = ["owner", "group", "mode"] as const;

function differences(was: Description, becomes: Description): string {
  const changed = KEYS.filter((key) => was[key] !== becomes[key]);
  return changed.map((key) => `${key} ${was[key]} -> ${becomes[key]}`).join(", ");
}

function lines(was: Description, becomes: Description, shown: Description): string {
  return KEYS.filter((key) => was[key] !== becomes[key])
    .map((key) => `${key}: ${shown[key]}\n`)
    .join("");
}
