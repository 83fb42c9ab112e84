// What the run of a play on one host is given: the host's state and connection, how tasks are rendered
// there, and the hosts that run the play with it.

import type { Play, Rendered, RoleUse, Step } from "../playbook/playbook.ts";
import type { Counts, Emit, Watch } from "../report/events.ts";
import type { Value } from "../template/value.ts";
import type { SecretVariables } from "../variables/secret-variables.ts";
import type { Batch } from "./batch.ts";
import type { Journal } from "./journal.ts";
import type { Holder } from "./lock.ts";
import type { Surroundings } from "./prepare.ts";
import type { Session } from "./session.ts";

/** What a host has learnt and how it fares; lives from play to play. */
export interface HostState {
  readonly name: string;
  readonly session: Session;
  readonly facts: Map<string, Value>;
  /** Of files that its tasks have included. */
  readonly included: Map<string, Value>;
  /** set_fact and register. */
  readonly set: Map<string, Value>;
  /** Where the host keeps what outlives a run; absolute, or what is added to the name of the usual one. */
  readonly stateDirectory: string;
  readonly journal: Journal;
  /** It has what a lock takes: Debian does, and mostly the machine itself. */
  readonly lockable: boolean;
  readonly counts: { -readonly [Count in keyof Counts]: number };
  /** One for each task that failed and was not rescued: 2, or what the task asked for. */
  readonly exitCodes: number[];
  /** Out of the run: failed or unreachable. */
  gone: boolean;
}

export interface PlayOnHost {
  readonly play: Play;
  readonly host: HostState;
  readonly batch: Batch;
  /** The steps that tags choose. */
  readonly steps: readonly Step[];
  /** Those that tags choose among the steps of an include. */
  readonly chosen: (steps: readonly Step[]) => readonly Step[];
  /** How a task is rendered on this host, with what it knows by now and the variables of includes around it. */
  /** The variables of these roles are the play's on this host from now on. */
  readonly publish: (uses: readonly RoleUse[]) => void;
  readonly surroundings: (task: Rendered, included: readonly ReadonlyMap<string, Value>[]) => Surroundings;
  /** Another host, for delegate_to; throws CannotDelegate when there is no such host. */
  readonly hostNamed: (name: string) => HostState;
  readonly secrets: SecretVariables;
  readonly check: boolean;
  /** Where what the play changes is kept, if it wants that. */
  readonly journal: Journal | undefined;
  readonly forceHandlers: boolean;
  readonly holder: Holder;
  /** Seconds to wait for another run that holds the host's lock. */
  readonly lockTimeout: number;
  readonly emit: Emit;
  readonly watch: Watch;
  readonly signal: AbortSignal;
}
