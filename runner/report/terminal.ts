// What may be done with an output stream: colours, a line that changes in place, how wide lines may be.
// Follows https://no-color.org and Node's reading of FORCE_COLOR.

export interface Terminal {
  readonly color: boolean;
  /** A line may be rewritten in place. */
  readonly live: boolean;
  readonly columns: number;
}

const DEFAULT_COLUMNS = 80;
/** Below this nothing can be laid out; lines are left to the terminal to wrap. */
const MIN_COLUMNS = 20;

export function terminalOf(
  stream: { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined },
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const live = Boolean(stream.isTTY) && env.TERM !== "dumb";
  const columns = stream.columns || Number(env.COLUMNS) || DEFAULT_COLUMNS;
  return { color: wantsColor(live, env), live, columns: Math.max(MIN_COLUMNS, columns) };
}

/** FORCE_COLOR wins over NO_COLOR, as in Node itself; an empty NO_COLOR says nothing. */
function wantsColor(live: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return live && !env.NO_COLOR;
}
