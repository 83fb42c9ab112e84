// Carries out one prepared item of a task: asks for the facts it needs, lets its module plan, and makes the
// changes, or in check mode only foresees them.

import type { Fact } from "../facts/fact.ts";
import type { Change, Module, Plan } from "../modules/module.ts";
import { quote } from "../transport/quote.ts";
import type { Frame, Reply } from "../transport/transport.ts";
import { withHint } from "./hints.ts";
import { done, failed, type Outcome, skipped } from "./outcome.ts";
import type { PreparedItem } from "./prepare.ts";
import type { Session } from "./session.ts";
import { ranOut, tookTooLong, withinTime } from "./time.ts";

export interface Around {
  readonly session: Session;
  /** The whole run only foresees; a single task that does (check_mode: true) leaves no traces for the next. */
  readonly check: boolean;
  /** The facts of what comes after this item, for the given user: they travel with its own questions or its change. */
  readonly ahead: (user: string, changing: boolean) => Promise<readonly Fact<unknown>[]>;
  /** What goes before changes or a command, in the same batch where the user is the same. */
  readonly before: (changes: readonly Change[]) => Promise<{
    readonly frames: readonly Frame[];
    readonly user: string;
  }>;
  /** What goes after a change that went well, in the same batch. */
  readonly after: (user: string) => readonly Frame[];
  /** Changes of tasks after this one, to go with these. */
  readonly beside: (changes: readonly Change[]) => Promise<readonly Beside[]>;
  /** A command has changed something. */
  readonly ran: () => void;
}

export type Ready = Extract<PreparedItem, { kind: "ready" }>;
export type Changing = Extract<Plan, { kind: "changes" }>;

/** An item whose turn has not come, and what it is going to do. */
export interface Beside {
  readonly item: Ready;
  readonly plan: Changing;
  /** Takes what came of it, if it came to it. */
  readonly made: (outcome: Outcome) => void;
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
    case "run":
      return run(plan, item, around);
  }
}

async function change(plan: Changing, item: Ready, around: Around): Promise<Outcome> {
  const { changes, result = {}, message } = plan;
  if (changes.length === 0)
    return { ...done(false, result, []), ...(message === undefined ? {} : { message }) };
  if (item.context.check) {
    for (const each of around.check ? changes : []) around.session.knowledge.foresee(each);
    return outcomeOf(plan, item, []);
  }
  const beside = await around.beside(changes);
  const all = [{ item, plan }, ...beside];
  const frames = all.flatMap((each) =>
    each.plan.changes.map(({ script, input }) => frame(`set -eu\n${script}`, input, each.item)),
  );
  const touches = touchedBy(all.flatMap((each) => each.plan.changes));
  const last = around.after(item.user);
  const since = Date.now();
  const replies = await send({ frames, last, changes, touches }, item, around);
  if (replies.some((reply) => ranOut(reply, item, since))) return tookTooLong(item);
  let from = changes.length;
  for (const each of beside) {
    const own = replies.slice(from, from + each.plan.changes.length);
    if (own.length > 0) each.made(outcomeOf(each.plan, each.item, own));
    from += each.plan.changes.length;
  }
  return outcomeOf(plan, item, replies.slice(0, changes.length));
}

function outcomeOf(
  { changes, result = {} }: Changing,
  { context }: Ready,
  replies: readonly Reply[],
): Outcome {
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

async function run(plan: Extract<Plan, { kind: "run" }>, item: Ready, around: Around): Promise<Outcome> {
  if (item.context.check) {
    if (plan.inCheckMode === "skip") return skipped(`check mode: would ${plan.summary}`);
    if (plan.inCheckMode === "changed" && around.check)
      around.session.knowledge.foresee({ after: [], ...plan });
    return done(plan.inCheckMode === "changed", { msg: `check mode: ${plan.summary}` }, []);
  }
  const frames = [frame(plan.script, plan.input, item)];
  const since = Date.now();
  const [reply] = await send({ frames, last: [], changes: [], touches: plan.touches }, item, around);
  if (!reply) return failed("the host did not answer");
  if (ranOut(reply, item, since)) return tookTooLong(item);
  const result = plan.interpret(reply);
  if (result.failed === true) return failed(String(result.msg ?? "failed"), result);
  if (result.changed === true) around.ran();
  return done(result.changed === true, result, []);
}

interface Sending {
  readonly frames: readonly Frame[];
  /** What goes after them when they went well. */
  readonly last: readonly Frame[];
  readonly changes: readonly Change[];
  readonly touches: Change["touches"];
}

/**
 * Sends what the item does together with the questions of the tasks after it; gives the item's own replies. When what
 * goes before it fails, nothing is done, and that failure is the reply.
 */
async function send(
  { frames, last, changes, touches }: Sending,
  { user }: Ready,
  { session, ahead, before }: Around,
): Promise<readonly Reply[]> {
  const earlier = await before(changes);
  const together = earlier.user === user;
  if (!together && earlier.frames.length > 0) {
    const replies = await session.exchange({ ...earlier, touches: [], facts: [] });
    const refused = replies.find(({ status }) => status !== 0);
    if (refused) return [refused];
  }
  const first = together ? earlier.frames : [];
  const batch = { user, frames: [...first, ...frames, ...last], touches, facts: await ahead(user, true) };
  const replies = await session.exchange(batch);
  const refused = replies.slice(0, first.length).find(({ status }) => status !== 0);
  return refused ? [refused] : replies.slice(first.length, first.length + frames.length);
}

function frame(script: string, input: Uint8Array | undefined, { environment, timeout }: Ready): Frame {
  const exports = [...environment].map(([name, value]) => `export ${name}=${quote(value)}\n`).join("");
  return { script: withinTime(exports + script, timeout), ...(input === undefined ? {} : { input }) };
}

function touchedBy(changes: readonly Change[]): Change["touches"] {
  const all = changes.map(({ touches }) => touches);
  return all.includes("everything")
    ? "everything"
    : all.flatMap((each) => (each === "everything" ? [] : each));
}

function explainFailure(summary: string, { status, stderr }: Reply): string {
  const said = Buffer.from(stderr).toString().trim();
  return withHint(`could not ${summary}${said ? `: ${said}` : ` (exit status ${status})`}`);
}
