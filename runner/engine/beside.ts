// Changes of neighbouring tasks that can go in one batch with a change that is being made. What is known of what they
// need must hold after it without being asked for again, and whether they are wanted must not depend on it. Both is so
// for files of one directory that are written one after the other, which is what most runs of changes are made of.

import type { Fact } from "../facts/fact.ts";
import { baseName, joinPath, type PathState, parentOf, pathState } from "../facts/index.ts";
import type { Change } from "../modules/module.ts";
import type { Step, Task } from "../playbook/playbook.ts";
import type { Beside, Changing, Ready } from "./item.ts";
import type { Knowledge } from "./knowledge.ts";
import type { Outcome } from "./outcome.ts";
import type { Prepared, PreparedItem } from "./prepare.ts";

/** So many at most: what is interrupted ends with a batch. */
const MOST = 20;

export interface Neighbour extends Beside {
  readonly handlers: readonly Task[];
}

/** A change in hand, and what comes after it: other items of its task, then other steps. */
export interface From {
  readonly task: Task;
  readonly item: Ready;
  readonly changes: readonly Change[];
  readonly others: readonly PreparedItem[];
  readonly after: readonly Step[];
}

export interface Looking {
  readonly knowledge: Knowledge;
  readonly prepare: (task: Task) => Promise<Prepared>;
  readonly handlersNamed: (names: readonly string[]) => readonly Task[];
  /** Takes what comes of them. */
  readonly made: Map<PreparedItem, Outcome>;
}

/** What comes of the task is told by its change alone, and nothing after it can tell the difference. */
export function isPlain({ register, changedWhen, failedWhen, retry, settings }: Task): boolean {
  const { delegateTo, runOnce, throttle, timeout, anyErrorsFatal } = settings;
  const elsewhere = delegateTo || runOnce || throttle || timeout || anyErrorsFatal;
  return !(register || changedWhen || failedWhen || retry || elsewhere);
}

/** The items that follow, as long as they write files beside those that are being written. */
export async function neighbours(from: From, looking: Looking): Promise<Neighbour[]> {
  const files = [...(filesWritten(from.changes) ?? [])];
  const found: Neighbour[] = [];
  if (files.length === 0) return found;
  for await (const { task, item } of following(from, looking)) {
    if (item.kind === "skipped") continue;
    if (item.kind === "failed" || item.user !== from.item.user || item.context.check) break;
    const handlers = item.notify.map((name) => looking.handlersNamed([name]));
    const plan = handlers.some(({ length }) => length === 0)
      ? undefined
      : planBeside(task, item, files, looking);
    const written = plan && filesWritten(plan.changes);
    if (!plan || !written) break;
    files.push(...written);
    found.push({ item, plan, handlers: handlers.flat(), made: (outcome) => looking.made.set(item, outcome) });
    if (found.length === MOST) break;
  }
  return found;
}

async function* following({ task, others, after }: From, { prepare }: Looking) {
  for (const item of others) yield { task, item };
  for (const step of after) {
    if (step.kind !== "task" || !isPlain(step)) return;
    const prepared = await prepare(step);
    if (prepared.kind === "failed") return;
    if (prepared.kind === "ready") for (const item of prepared.items) yield { task: step, item };
  }
}

function planBeside(
  { module }: Task,
  { params, local, context, facts, user }: Ready,
  files: readonly string[],
  { knowledge }: Looking,
): Changing | undefined {
  if (knowledge.unknown(facts, user, [], "probed").length > 0) return undefined;
  const known = (fact: Fact<PathState>) => knowledge.answer(fact, user);
  if (!files.every((file) => isNoLink(known(pathState(file))))) return undefined;
  if (!facts.every((fact) => holdsBeside(fact, files, known))) return undefined;
  try {
    const plan = module.plan(params as never, knowledge.stateFor(user, "probed"), local, context);
    return plan.kind === "changes" ? plan : undefined;
  } catch {
    // It is told when its turn has come.
    return undefined;
  }
}

/** The files that changes write, or undefined when they do anything else. */
function filesWritten(changes: readonly Change[]): readonly string[] | undefined {
  const files = changes.flatMap(({ writes }) => writes ?? []);
  return files.length === changes.length && files.length > 0 ? files : undefined;
}

/**
 * Whether a fact is not altered by writing some files, which were files before or nothing. Of facts about paths that can
 * only be told within one directory and of those around it: elsewhere a link on the way may lead to the very file.
 */
function holdsBeside(
  { subject, kind }: Fact<unknown>,
  files: readonly string[],
  known: (fact: Fact<PathState>) => PathState | undefined,
): boolean {
  if (subject.kind !== "path") return true;
  return files.every((file) => {
    const directory = parentOf(file);
    // Size and times of the directory do change, by which nobody goes who writes a file.
    if (nameWithin(subject.path, file) !== undefined) return kind.name === "path";
    const name = nameWithin(directory, subject.path);
    // Some file systems do not tell capital letters from small ones.
    if (name === undefined || name.toLowerCase() === baseName(file).toLowerCase()) return false;
    return isNoLink(known(pathState(joinPath(directory, name))));
  });
}

/** Nor a directory, in which the same again could be mounted. */
function isNoLink(state: PathState | undefined): boolean {
  return state?.type === "absent" || state?.type === "file";
}

/** The entry of a directory that a path is, or is below of. */
function nameWithin(directory: string, path: string): string | undefined {
  const start = directory === "/" ? "/" : `${directory}/`;
  return path.startsWith(start) ? path.slice(start.length).split("/")[0] : undefined;
}
