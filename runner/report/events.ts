// The events of a run: what happened, for people and for programs. The shapes are those of `--json`
// (docs/json.md); renderers beside this file see nothing else of a run.

import type { Diff } from "../modules/module.ts";

export type Status = "ok" | "changed" | "skipped" | "failed" | "ignored" | "unreachable";

export interface StartEvent {
  readonly event: "start";
  /** Rises when a key changes its meaning. */
  readonly version: 1;
  readonly playbook: string;
  readonly check: boolean;
  readonly diff: boolean;
  readonly hosts: readonly string[];
  readonly run: string;
}

export interface PlayEvent {
  readonly event: "play";
  readonly play: string;
  readonly hosts: readonly string[];
}

export interface ItemResult {
  /** The loop item (or its label), rendered to text. */
  readonly item: string;
  readonly status: Status;
  readonly message?: string;
  /** What a failed one was given; secrets are stars. */
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface TaskEvent {
  readonly event: "task";
  readonly host: string;
  readonly play: string;
  readonly role?: string;
  readonly task: string;
  readonly kind: "task" | "handler";
  readonly status: Status;
  readonly module: string;
  /** file:line:column */
  readonly at: string;
  readonly ms: number;
  readonly items?: readonly ItemResult[];
  readonly diff?: readonly Diff[];
  /** Why it failed or was skipped; what debug says. */
  readonly message?: string;
  /** What a failed task was given, without a loop; secrets are stars. Never present for no_log. */
  readonly params?: Readonly<Record<string, unknown>>;
  /** What the module returned, for -v; never present for no_log. */
  readonly result?: Readonly<Record<string, unknown>>;
}

export interface ErrorEvent {
  readonly event: "error";
  readonly phase: "load" | "connect" | "run";
  readonly message: string;
  readonly at?: string;
  readonly hint?: string;
  readonly host?: string;
}

export interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly ignored: number;
  readonly rescued: number;
  readonly unreachable: number;
}

export interface RecapEvent extends Counts {
  readonly event: "recap";
  readonly host: string;
  /** Batches sent to the host after the connection stood. */
  readonly roundTrips: number;
  readonly ms: number;
}

export interface ListEvent {
  readonly event: "list";
  readonly play: string;
  readonly hosts: readonly string[];
  readonly tasks: readonly {
    readonly role?: string;
    readonly task: string;
    readonly tags: readonly string[];
  }[];
  readonly tags: readonly string[];
}

export interface ProfiledTask {
  readonly role?: string;
  readonly task: string;
  readonly kind: TaskEvent["kind"];
  readonly module: string;
  readonly at: string;
  /** Of all hosts together. */
  readonly ms: number;
  readonly hosts: number;
  readonly slowest: { readonly host: string; readonly ms: number };
}

/** With --profile; the longest first. */
export interface ProfileEvent {
  readonly event: "profile";
  readonly ms: number;
  /** Without a name: what belongs to no role. */
  readonly roles: readonly { readonly role?: string; readonly ms: number; readonly tasks: number }[];
  readonly tasks: readonly ProfiledTask[];
}

export interface EndEvent {
  readonly event: "end";
  readonly exitCode: number;
  readonly ms: number;
}

export type RunEvent =
  | StartEvent
  | PlayEvent
  | TaskEvent
  | ErrorEvent
  | RecapEvent
  | ListEvent
  | ProfileEvent
  | EndEvent;

export type Emit = (event: RunEvent) => void;

/**
 * What a host is at, for the line that shows progress on a terminal; no part of `--json`. Without a task: the host
 * has nothing more to do in this play, so that the report need not wait for it.
 */
export interface Doing {
  readonly host: string;
  readonly role?: string;
  readonly task?: string;
}

export type Watch = (doing: Doing) => void;
