// Carries out one prepared item of a task: asks for the facts it needs, lets its module plan, and makes the
// changes, or in check mode only foresees them.

import type { Fact, Subject } from "../facts/fact.ts";
import type { Change, Module, Plan } from "../modules/module.ts";
import { quote } from "../transport/quote.ts";
import type { Frame, Reply } from "../transport/transport.ts";
import { withHint } from "./hints.ts";
import { inOneGo } from "./one-go.ts";
import { done, failed, interrupted, type Outcome, skipped } from "./outcome.ts";
import type { PreparedItem } from "./prepare.ts";
import type { Session } from "./session.ts";
import { ranOut, tookTooLong, waitFor, withinTime } from "./time.ts";

export interface Around {
  readonly session: Session;
  readonly signal: AbortSignal;
  /** The whole run only foresees; a single task that does (check_mode: true) leaves no traces for the next. */
  readonly check: boolean;
  /** The facts of what comes after this item, for the given user: they travel with its own questions or its change. */
  readonly ahead: (user: string, changing: boolean) => Promise<readonly Fact<unknown>[]>;
  /** What goes in one batch with a command or with some changes. */
  readonly along: (changes: readonly Change[]) => Promise<Along>;
  /** A command has changed something. */
  readonly ran: () => void;
}

export type Ready = Extract<PreparedItem, { kind: "ready" }>;
export type Changing = Extract<Plan, { kind: "changes" }>;
type Waiting = Extract<Plan, { kind: "wait" }>;
export type Running = Extract<Plan, { kind: "run" }>;

export interface Along {
  /** What is kept and written down before it, and by whom. */
  readonly before: readonly Frame[];
  readonly writer: string;
  /** What goes after it when it went well. */
  readonly after: readonly Frame[];
  /** Other changes, in their order. */
  readonly following: readonly Following[];
}

/** An item whose turn has not come, and what it is going to do. */
export interface Following {
  readonly item: Ready;
  readonly plan: Changing;
  /** When one of these fails it does not come to it. */
  readonly guard: readonly Frame[];
  readonly before: readonly Frame[];
  readonly after: readonly Frame[];
  /** Takes what came of it. */
  readonly made: (outcome: Outcome, ms: number) => void;
  readonly notMade: () => void;
}

export async function carryOut(module: Module, item: Ready, around: Around): Promise<Outcome> {
  const { session, ahead } = around;
  const { user, facts } = item;
  const kind = item.context.check ? "foreseen" : "probed";
  if (session.knowledge.unknown(facts, user, [], kind).length > 0) {
    session.open(user);
    const wanted = [...facts, ...(await ahead(user, false))];
    await session.exchange({ user, frames: [], touches: [], facts: wanted, kind });
  }
  const state = session.knowledge.stateFor(user, kind);
  const plan = module.plan(item.params as never, state, item.local, item.context);
  switch (plan.kind) {
    case "fail":
      return failed(plan.message, plan.result);
    case "skip":
      return { ...skipped(plan.message), result: { ...skipped(plan.message).result, ...plan.result } };
    case "changes":
      return change(plan, item, around);
    case "wait":
      return wait(plan, item, around);
    case "run":
      return run(plan, item, around);
  }
}

async function wait({ seconds, result }: Waiting, item: Ready, { signal }: Around): Promise<Outcome> {
  if (item.context.check) return done(false, { ...result, msg: `check mode: wait ${seconds} s` }, []);
  const late = item.timeout > 0 && item.timeout < seconds;
  await waitFor(late ? item.timeout : seconds, signal);
  if (signal.aborted) return interrupted();
  return late ? tookTooLong(item) : done(false, result, []);
}

async function change(plan: Changing, item: Ready, around: Around): Promise<Outcome> {
  const { changes } = plan;
  if (changes.length === 0) return outcomeOf(plan, item, []);
  if (item.context.check) {
    for (const each of around.check ? changes : []) around.session.knowledge.foresee(each);
    return outcomeOf(plan, item, []);
  }
  const found = await around.along(changes);
  const { plan: made, following } = inOneGo({ item, plan }, found.following);
  const along = { ...found, following };
  const plans = [made, ...following.map((each) => each.plan)];
  const since = Date.now();
  const replies = await send(
    { frames: framesOf(made, item), touches: plans.flatMap(touchedBy) },
    along,
    item,
    around,
  );
  const own = replies.slice(0, changes.length);
  const goesOn = own.length === changes.length && own.every(isWell);
  tell(following, { replies: replies.slice(changes.length + along.after.length), goesOn });
  return own.some((reply) => ranOut(reply, item, since)) ? tookTooLong(item) : outcomeOf(plan, item, own);
}

/** Gives each its outcome, up to the one that it did not come to. */
function tell(
  following: readonly Following[],
  { replies, goesOn }: { readonly replies: readonly Reply[]; readonly goesOn: boolean },
): void {
  const left = [...replies];
  let reached = goesOn;
  for (const { item, plan, guard, before, after, made, notMade } of following) {
    const guards = left.splice(0, guard.length);
    if (!reached || guards.length < guard.length || !guards.every(isWell)) {
      notMade();
      return;
    }
    const earlier = left.splice(0, before.length);
    const own = left.splice(0, framesOf(plan, item).length);
    left.splice(0, after.length);
    const told = earlier.every(isWell) ? own : earlier.filter((each) => !isWell(each));
    const ms = [...guards, ...earlier, ...own].reduce((sum, reply) => sum + (reply.ms ?? 0), 0);
    made(outcomeOf(plan, item, told), ms);
    reached = told.every(isWell);
  }
}

function framesOf(plan: Changing | Running, item: Ready): Frame[] {
  return plan.kind === "run"
    ? [frame(plan.script, plan.input, item)]
    : plan.changes.map(({ script, input }) => frame(`set -eu\n${script}`, input, item));
}

function touchedBy(plan: Changing | Running): readonly (Subject | "everything")[] {
  const all = plan.kind === "run" ? [plan.touches] : plan.changes.map(({ touches }) => touches);
  return all.flat();
}

const isWell = ({ status }: Reply): boolean => status === 0;

function outcomeOf(
  { changes, result = {}, message, variables }: Changing,
  { context }: Ready,
  replies: readonly Reply[],
): Outcome {
  if (changes.length === 0)
    return {
      ...done(false, result, []),
      ...(message === undefined ? {} : { message }),
      ...(variables ? { variables } : {}),
    };
  const summary = changes.map((each) => each.summary).join("; ");
  const diffs = context.diff ? changes.flatMap(({ diff }) => diff ?? []) : [];
  const wrong = replies.findIndex(({ status }) => status !== 0);
  if (wrong !== -1)
    return failed(explainFailure(changes[wrong]?.summary ?? "", replies[wrong] as Reply), result);
  const notes = replies.flatMap(notesOf);
  const learnt = replies.map((reply, index) => changes[index]?.learns?.(reply));
  return done(true, Object.assign({ msg: [summary, ...notes].join("; ") }, result, ...learnt), diffs);
}

/** What a change has to tell although all went well: lines that begin with "note: ". */
function notesOf({ stdout }: Reply): string[] {
  const lines = Buffer.from(stdout).toString().split("\n");
  return lines.flatMap((line) => (line.startsWith("note: ") ? [line.slice("note: ".length)] : []));
}

async function run(plan: Running, item: Ready, around: Around): Promise<Outcome> {
  if (item.context.check) {
    if (plan.inCheckMode === "skip") return skipped(`check mode: would ${plan.summary}`);
    if (plan.inCheckMode === "changed" && around.check)
      around.session.knowledge.foresee({ after: [], ...plan });
    return done(plan.inCheckMode === "changed", { msg: `check mode: ${plan.summary}` }, []);
  }
  const along = await around.along([]);
  const since = Date.now();
  const [reply] = await send({ frames: framesOf(plan, item), touches: touchedBy(plan) }, along, item, around);
  if (reply && ranOut(reply, item, since)) return tookTooLong(item);
  const outcome = ranOutcome(plan, reply);
  if (outcome.status === "changed") around.ran();
  return outcome;
}

function ranOutcome(plan: Running, reply: Reply | undefined): Outcome {
  if (!reply) return failed("the host did not answer");
  const result = plan.interpret(reply);
  if (result.failed === true) {
    const message = String(result.msg ?? "failed");
    return failed(withHint(message, endOf(result.stderr), endOf(result.stdout)), { msg: message, ...result });
  }
  return done(result.changed === true, result, []);
}

/** Why a program failed stands at the end of what it said. */
function endOf(said: unknown): string {
  return typeof said === "string" ? said.split("\n").slice(-20).join("\n") : "";
}

interface Sending {
  readonly frames: readonly Frame[];
  readonly touches: readonly (Subject | "everything")[];
}

/**
 * Sends what the item does with all that goes along, and with the questions of what comes after that; gives the replies
 * from its own on. When what goes before it fails, nothing is done, and that failure is the reply.
 */
async function send(
  { frames, touches }: Sending,
  { before, writer, after, following }: Along,
  { user }: Ready,
  { session, ahead }: Around,
): Promise<readonly Reply[]> {
  const together = writer === user;
  if (!together && before.length > 0) {
    const replies = await session.exchange({ user: writer, frames: before, touches: [], facts: [] });
    const refused = replies.find((each) => !isWell(each));
    if (refused) return [refused];
  }
  const first = together ? before : [];
  const rest = following.flatMap((each) => [
    ...each.guard,
    ...each.before,
    ...framesOf(each.plan, each.item),
    ...each.after,
  ]);
  const replies = await session.exchange({
    user,
    frames: [...first, ...frames, ...after, ...rest],
    touches: touches.includes("everything") ? "everything" : (touches as readonly Subject[]),
    facts: await ahead(user, true),
  });
  const refused = replies.slice(0, first.length).find((each) => !isWell(each));
  return refused ? [refused] : replies.slice(first.length);
}

function frame(script: string, input: Uint8Array | undefined, { environment, timeout }: Ready): Frame {
  const exports = [...environment].map(([name, value]) => `export ${name}=${quote(value)}\n`).join("");
  return { script: withinTime(exports + script, timeout), ...(input === undefined ? {} : { input }) };
}

function explainFailure(summary: string, { status, stderr }: Reply): string {
  const said = Buffer.from(stderr).toString().trim();
  return withHint(`could not ${summary}${said ? `: ${said}` : ` (exit status ${status})`}`);
}
