// Downloads as apt on this machine does, by its own helper. What is asked for while the helper is busy is fetched
// together by the next one, over one connection: an installation asks for a hundred small files at once, and a
// helper for each would look the mirror's name up so often that some resolvers stop answering for a while.
import { run } from "./command.ts";

export type Downloaded =
  | { readonly ok: true }
  | { readonly ok: false; readonly status: 404 | 502; readonly message: string };

interface Wanted {
  readonly uri: string;
  readonly path: string;
  readonly done: (result: Downloaded) => void;
}

const helper = "/usr/lib/apt/apt-helper";

/** Gives a function that downloads one file; it never rejects because a file is not to be had. */
export function aptDownloads(): (uri: string, path: string) => Promise<Downloaded> {
  let waiting: Wanted[] = [];
  let busy = false;

  async function work(): Promise<void> {
    busy = true;
    for (let batch = waiting; batch.length > 0; batch = waiting) {
      waiting = [];
      await fetchTogether(batch);
    }
    busy = false;
  }

  return (uri, path) =>
    new Promise((done) => {
      waiting.push({ uri, path, done });
      // A moment later, so that requests that arrive together go together.
      if (!busy) setImmediate(() => void (busy || work()));
    });
}

async function fetchTogether(batch: readonly Wanted[]): Promise<void> {
  const { status } = batch.length === 1 ? { status: 1 } : await download(batch);
  for (const wanted of batch) {
    if (status === 0) wanted.done({ ok: true });
    // The helper's exit status is about all; one by one it is known which file failed, and how.
    else wanted.done(await fetchAlone(wanted));
  }
}

async function fetchAlone(wanted: Wanted): Promise<Downloaded> {
  const { status, stderr } = await download([wanted]);
  if (status === 0) return { ok: true };
  return { ok: false, status: / 404 /.test(stderr) ? 404 : 502, message: stderr };
}

const download = (batch: readonly Wanted[]): Promise<{ status: number; stderr: string }> =>
  run(helper, ["download-file", ...batch.flatMap(({ uri, path }) => [uri, path])]).catch((error: Error) => ({
    status: 1,
    stderr: error.message,
  }));
