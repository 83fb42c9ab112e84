// Hosts run at their own pace; people read task by task. A lineup takes the events of a play as they come and
// gives them back as blocks, one for each task, in the play's order: a host that is ahead is held back until
// every other one has passed that task or left. With one host, all goes through at once.

import type { ErrorEvent, TaskEvent } from "./events.ts";

/** What happens on one host. */
export type HostEvent = TaskEvent | (ErrorEvent & { readonly host: string });

/** What the hosts say of one task, in the order of the play's hosts; an error stands alone. */
export type Block = readonly [HostEvent, ...HostEvent[]];

export interface Lineup {
  /** Takes an event, and gives the blocks that can be told now. */
  add(event: HostEvent): Block[];
  /** This host has nothing more to say in this play. */
  leave(host: string): Block[];
  /** The play is over: gives everything that was held back. */
  end(): Block[];
  /** The hosts that hold the others back. */
  behind(): readonly string[];
}

interface Head {
  readonly key: string;
  readonly event: HostEvent;
}

export function createLineup(hosts: readonly string[]): Lineup {
  const queues = new Map<string, HostEvent[]>(hosts.map((host) => [host, []]));
  /** Still in the play. */
  const running = new Set(hosts);
  const left = new Set<string>();
  /** Running, with nothing in the queue. */
  const idle = new Set(hosts);
  const told: Told = { files: new Map() };

  function ready(): Block[] {
    const blocks: Block[] = [];
    while (idle.size === 0) {
      const next = choose(distinctHeads(queues.values()), queues, told);
      if (!next) break;
      const block = take(next.key);
      if (next.event.event === "task") remember(next.event, told);
      blocks.push(block);
    }
    return blocks;
  }

  function take(key: string): Block {
    const events: HostEvent[] = [];
    for (const [host, queue] of queues) {
      const head = queue[0];
      if (!head || keyOf(head) !== key) continue;
      events.push(head);
      queue.shift();
      if (queue.length === 0 && running.has(host)) idle.add(host);
    }
    return events as unknown as Block;
  }

  function goes(host: string): void {
    running.delete(host);
    idle.delete(host);
  }

  return {
    add(event) {
      const { host } = event;
      const queue = queues.get(host) ?? [];
      queue.push(event);
      queues.set(host, queue);
      idle.delete(host);
      // A failure ends the play for a host, unless a rescue or always section goes on: then it is seen again.
      if (event.event === "error" || event.status === "failed" || event.status === "unreachable") goes(host);
      else if (hosts.includes(host) && !left.has(host)) running.add(host);
      return ready();
    },
    leave(host) {
      left.add(host);
      goes(host);
      return ready();
    },
    end() {
      running.clear();
      idle.clear();
      return ready();
    },
    behind: () => [...idle],
  };
}

/** Tasks are the same when they stand at the same place under the same name; errors never are. */
function keyOf(event: HostEvent): string {
  if (event.event === "error") return `error\0${event.host}`;
  return [event.kind, event.role ?? "", event.task, event.at].join("\0");
}

function distinctHeads(queues: Iterable<readonly HostEvent[]>): Head[] {
  const heads = new Map<string, Head>();
  for (const [event] of queues) {
    if (!event) continue;
    const key = keyOf(event);
    if (!heads.has(key)) heads.set(key, { key, event });
  }
  return [...heads.values()];
}

type Queues = ReadonlyMap<string, readonly HostEvent[]>;

/** What was told of the play so far, as far as it helps to guess its order. */
interface Told {
  /** The last role. */
  role?: string | undefined;
  /** The files that tasks stood in, numbered as they came first. */
  readonly files: Map<string, number>;
}

function remember(event: TaskEvent, told: Told): void {
  told.role = event.role;
  const [file] = fileAndLine(event.at);
  if (!told.files.has(file)) told.files.set(file, told.files.size);
}

function choose(heads: readonly Head[], queues: Queues, told: Told): Head | undefined {
  let [first, ...others] = heads;
  for (const other of others) if (first && comesBefore(other, first, queues, told)) first = other;
  return first;
}

/**
 * Hosts stand at different tasks: which was first in the play? Not every host does every task (handlers, included
 * files, rescue sections), so this is a judgement; when it is wrong, a task's heading appears a second time.
 */
function comesBefore(a: Head, b: Head, queues: Queues, told: Told): boolean {
  if (a.event.event === "error" || b.event.event === "error") return a.event.event === "error";
  const seen = orderSeen(a.key, b.key, queues);
  if (seen !== undefined) return seen;
  // Some hosts had nothing to be handled and are past that point already.
  if (a.event.kind !== b.event.kind) return a.event.kind === "handler";
  const [fileA, lineA] = fileAndLine(a.event.at);
  const [fileB, lineB] = fileAndLine(b.event.at);
  if (fileA === fileB) return lineA < lineB;
  // The role that was last told of comes to its end before another begins.
  if (a.event.role !== b.event.role) return a.event.role === told.role;
  // A file that came up later was included by the other one, and leads back to it.
  const unseen = told.files.size;
  return (told.files.get(fileA) ?? unseen) > (told.files.get(fileB) ?? unseen);
}

/** Some host has done both: its order counts. */
function orderSeen(a: string, b: string, queues: Queues): boolean | undefined {
  for (const queue of queues.values()) {
    const keys = queue.map(keyOf);
    const [atA, atB] = [keys.indexOf(a), keys.indexOf(b)];
    if (atA >= 0 && atB >= 0) return atA < atB;
  }
  return undefined;
}

function fileAndLine(at: string): [file: string, line: number] {
  const match = /^(.*):(\d+):\d+$/.exec(at);
  return match ? [match[1] ?? at, Number(match[2])] : [at, 0];
}
