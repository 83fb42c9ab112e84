// Our end of a shell loop (shell-loop.ts): writes batches, reads replies. Knows pipes, not what they lead to.

import type { Readable, Writable } from "node:stream";
import type { Dialogue } from "./become.ts";
import { Bytes } from "./bytes.ts";
import { ConnectionLost, type Frame, type Reply, type Shell, Unreachable } from "./transport.ts";
import { type Member, pack, unpack } from "./ustar.ts";

/** What a login may print before the loop speaks: messages of the day, an echo in a .bashrc. */
const NOISE_LIMIT = 256 * 1024;
/** A reply's first line; without what it tells of each frame: a message or two of the shell. */
const HEADER_LIMIT = 64 * 1024;
/** Bytes in it for each frame. */
const FRAME_LIMIT = 24;
/** How much of the loop's standard error is kept for messages. */
const LAST_WORDS_LIMIT = 4096;

/** A shell loop that is starting somewhere. */
export interface Pipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles, and never rejects, when all is over: says in a clause how ("exit status 1"). */
  readonly ended: Promise<string>;
  /** Lets go of it, ended or not, so that nothing of it keeps this process alive. */
  abandon(): void;
}

export interface FramedShell extends Shell {
  /** Ends the input of the loop, which ends by itself then. */
  leave(): void;
  /** Ends the input of the loop, and waits for its end; at most so many milliseconds. */
  close(patience: number): Promise<void>;
}

export interface OpenOptions {
  readonly pipes: Pipes;
  /** What the loop prints when it is ready. */
  readonly ready: string;
  /** For messages: "root@mail.example". */
  readonly where: string;
  readonly timeout: number;
  /** What may be asked before the loop is ready; an answer that is not taken ends it. */
  readonly dialogue?: Dialogue | undefined;
}

/** Waits for the loop to be ready. Rejects with Unreachable, whose message ends with what was printed instead. */
export async function openFramedShell({
  pipes,
  ready,
  where,
  timeout,
  dialogue,
}: OpenOptions): Promise<FramedShell> {
  const incoming = new Bytes();
  let words = "";
  let answered = false;
  const answer = ({ prompt, answer }: Dialogue): void => {
    if (!words.includes(prompt)) return;
    words = words.replace(prompt, "");
    // Asked again, for the first answer was not taken: no more answers make it fail.
    if (answered) pipes.stdin.end();
    else pipes.stdin.write(answer);
    answered = true;
  };
  const lastWords = () => words.trim().split("\n").slice(-3).join("; ");
  pipes.stdout.on("data", (chunk: Buffer) => incoming.push(chunk));
  pipes.stderr.on("data", (chunk: Buffer) => {
    words = (words + chunk.toString("utf8")).slice(-LAST_WORDS_LIMIT);
    if (dialogue) answer(dialogue);
  });
  // A pipe that breaks is news only together with the end of the process or channel behind it.
  for (const stream of [pipes.stdin, pipes.stdout, pipes.stderr]) stream.on("error", () => {});
  const ended = pipes.ended.then((how) => {
    const said = lastWords();
    incoming.fail(new ConnectionLost(`the shell of ${where} ended: ${how}${said && ` (${said})`}`));
  });

  const noise: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const message = `the shell of ${where} did not start within ${timeout / 1000} s`;
    timer = setTimeout(() => reject(new Unreachable(message)), timeout);
  });
  try {
    await Promise.race([skipNoise(incoming, ready, noise), late]);
  } catch (error) {
    pipes.stdin.end();
    if (error instanceof Unreachable) {
      pipes.abandon();
      throw error;
    }
    const said = [words, ...noise, incoming.peek()].map((text) => text.trim()).filter((text) => text !== "");
    const how = error instanceof ConnectionLost ? await pipes.ended : String(error);
    throw new Unreachable(`no shell for ${where}: ${said.slice(0, 3).join("; ") || how}`);
  } finally {
    clearTimeout(timer);
  }

  let last: Promise<unknown> = Promise.resolve();
  let broken: Error | undefined;
  const exchange = async (batch: readonly Frame[]) => {
    if (broken) throw broken;
    try {
      const since = Date.now();
      pipes.stdin.write(request(batch));
      return await readReplies(incoming, batch.length, since);
    } catch (error) {
      broken = error instanceof ConnectionLost ? error : new ConnectionLost(`${where}: ${String(error)}`);
      pipes.stdin.end();
      throw broken;
    }
  };
  const leave = (): void => {
    broken ??= new ConnectionLost(`the connection to ${where} has been closed`);
    pipes.stdin.end();
  };
  return {
    leave,
    run(batch) {
      for (const { script } of batch) {
        if (script.includes("\0")) throw new TypeError("a script cannot contain NUL");
      }
      if (batch.length === 0) return Promise.resolve([]);
      const replies = last.then(() => exchange(batch));
      last = replies.catch(() => {});
      return replies;
    },
    async close(patience) {
      leave();
      const timer = setTimeout(() => pipes.abandon(), patience);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function skipNoise(incoming: Bytes, ready: string, noise: string[]): Promise<void> {
  for (let left = NOISE_LIMIT; left > 0; ) {
    const line = await incoming.line(left);
    if (line.endsWith(ready)) return;
    noise.push(line);
    left -= line.length + 1;
  }
  throw new Error(`more than ${NOISE_LIMIT / 1024} kB of other output`);
}

/** The whole batch as one piece, so that it costs one write and one round trip. */
function request(batch: readonly Frame[]): Buffer {
  const members: Member[] = [];
  for (const [index, { script, input }] of batch.entries()) {
    members.push({ name: `${index}.s`, bytes: Buffer.from(script, "utf8") });
    if (input !== undefined && input.length > 0) members.push({ name: `${index}.i`, bytes: input });
  }
  members.push({ name: "end", bytes: Buffer.alloc(0) });
  const archive = pack(members);
  return Buffer.concat([Buffer.from(`${archive.length} ${batch.length}\n`), archive]);
}

async function readReplies(incoming: Bytes, frames: number, since: number): Promise<Reply[]> {
  const header = await incoming.line(HEADER_LIMIT + FRAME_LIMIT * frames);
  const { status, members, times, words } = parseHeader(header);
  const succeeded = times.length;
  const files = members > 0 ? await unpack(incoming) : new Map<string, Buffer>();
  const none = Buffer.alloc(0);
  const at = Date.now();
  const before = times.reduce((sum, ms) => sum + ms, 0);
  const reply = (index: number, status: number): Reply => ({
    status,
    stdout: files.get(`${index}.o`) ?? none,
    stderr: files.get(`${index}.e`) ?? none,
    ms: times[index] ?? Math.max(0, at - since - before),
    at,
  });
  const replies = Array.from({ length: succeeded }, (_, index) => reply(index, 0));
  if (status !== 0 && succeeded < frames) {
    const failed = reply(succeeded, status);
    // What the shell itself had to say: that it could not open a file for the output, for one.
    replies.push(
      failed.stderr.length === 0 && words ? { ...failed, stderr: Buffer.from(`${words}\n`) } : failed,
    );
  } else if (status !== 0 || succeeded !== frames) {
    throw new Error(`the reply does not fit the batch: status ${status}, ${succeeded} of ${frames} frames`);
  }
  return replies;
}

function parseHeader(line: string) {
  const match = /^([0-9]+) ([0-9]+) @([0-9.]*) ?((?:\+[0-9.]* ?)*)(.*)$/.exec(line);
  if (!match) throw new Error("the reply of the host does not begin as expected");
  const [, status = "", members = "", begin = "", progress = "", words = ""] = match;
  const moments = [begin, ...progress.split("+").slice(1)].map((seconds) => 1000 * Number(seconds));
  return {
    status: Number(status),
    members: Number(members),
    /** What each frame took that ended well. */
    times: moments.slice(1).map((moment, index) => Math.round(moment - (moments[index] ?? moment))),
    words: words.trim(),
  };
}
