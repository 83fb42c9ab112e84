// The hosts of a run, each with its state and its one connection.

import { accessSync, constants } from "node:fs";
import { homedir } from "node:os";
import { type ConnectionDefaults, reachOf } from "../inventory/connection.ts";
import { hostNamed, type Inventory } from "../inventory/inventory.ts";
import type { RunNote } from "../journal/kept.ts";
import type { Sources } from "../source/sources.ts";
import { literal } from "../template/index.ts";
import type { Connect, ConnectOptions, OpenedKeys } from "../transport/transport.ts";
import type { Layer } from "../variables/layer.ts";
import { connectionScope } from "../variables/magic.ts";
import type { SecretVariables } from "../variables/secret-variables.ts";
import { Journal } from "./journal.ts";
import { Limit } from "./limit.ts";
import type { Holder } from "./lock.ts";
import type { HostState } from "./on-host.ts";
import { Session } from "./session.ts";

export interface HostsOf {
  readonly inventory: Inventory;
  readonly extra: Layer;
  readonly sources: Sources;
  readonly secrets: SecretVariables;
  /** How many hosts are spoken to at the same time. */
  readonly forks: number;
  readonly connection: ConnectionDefaults & ConnectOptions;
  readonly connect: Connect;
  /** Who runs it, as others are told who find a host locked. */
  readonly holder: Holder;
  /** What a host keeps of the run besides its changes. */
  readonly note: () => Promise<RunNote>;
}

export class Hosts {
  private readonly of: HostsOf;
  private readonly directory: string;
  private readonly limit: Limit;
  private readonly openedKeys: OpenedKeys = new Map();
  private readonly states = new Map<string, HostState>();

  /** As in Ansible commands of the machine itself begin in the directory of the playbook. */
  constructor(of: HostsOf, directory: string) {
    this.of = of;
    this.directory = directory;
    this.limit = new Limit(of.forks);
  }

  /** Of a host of the inventory, or localhost. Throws a sentence when there is no such host. */
  named(name: string): HostState {
    const known = this.states.get(name);
    if (known) return known;
    const { inventory, connection, connect, holder, note } = this.of;
    const host = hostNamed(inventory, name);
    if (!host) throw new Error(`there is no host "${name}" in the inventory`);
    const scope = connectionScope(host, this.of);
    const { target, knownHosts, stateDirectory } = reachOf(name, scope, inventory, connection);
    const options = {
      ...connection,
      directory: this.directory,
      openedKeys: this.openedKeys,
      knownHosts: [...knownHosts, ...connection.knownHosts],
    };
    const state: HostState = {
      name,
      session: new Session(() => connect(target, options), this.limit),
      facts: new Map([["ansible_facts", literal({}, host.at)]]),
      included: new Map(),
      set: new Map(),
      stateDirectory,
      journal: new Journal({ directory: stateDirectory, run: holder.run, note }),
      lockable: target.kind === "ssh" || hasRoomForLock(),
      counts: { ok: 0, changed: 0, skipped: 0, failed: 0, ignored: 0, rescued: 0, unreachable: 0 },
      exitCodes: [],
      gone: false,
    };
    this.states.set(name, state);
    return state;
  }

  async close(): Promise<void> {
    await Promise.all([...this.states.values()].map(({ session }) => session.close()));
  }
}

/** On the machine itself: Linux has what it takes, and root or who has a home a place for it. */
function hasRoomForLock(): boolean {
  if (process.platform !== "linux") return false;
  try {
    accessSync(process.getuid?.() === 0 ? "/run" : homedir(), constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
