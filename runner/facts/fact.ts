// A fact is something that can be known of a host by looking: a small piece of POSIX shell and the
// parser of what it prints. The set of kinds is closed (index.ts). Looking never changes anything.

/** What a fact is about; a change names subjects too, and a fact about one of them must be asked anew. */
export type Subject =
  /** `below`: this path and everything under it (a listing, a glob; a removed or copied tree). */
  | { readonly kind: "path"; readonly path: string; readonly below?: true }
  | { readonly kind: "packages" }
  | { readonly kind: "units" }
  /** Users, with their homes. */
  | { readonly kind: "accounts" }
  | { readonly kind: "groups" }
  /** What other machines say to the host. */
  | { readonly kind: "outside" }
  /** Only for facts that no change of ours alters (the distribution, the number of processors). */
  | { readonly kind: "machine" };

/**
 * A kind of fact. All asks of one kind in a batch become one script, so that one process can answer many:
 * one `stat` for a hundred paths, one `systemctl show` for twenty units.
 */
export interface FactKind<Ask, Answer> {
  readonly name: string;
  /** POSIX shell (Debian's sh and coreutils, LC_ALL=C) that prints the answers; must exit with 0. */
  script(asks: readonly Ask[]): string;
  /** Reads what the script printed: one answer for each ask, in their order. Throws on what it cannot read. */
  parse(stdout: Uint8Array, asks: readonly Ask[]): readonly Answer[];
  /**
   * POSIX shell that ends with 0 as long as these are the answers, as far as plans go by them, and exits otherwise; what
   * is undefined in an answer is not looked at. Undefined where the host alone cannot tell.
   */
  confirm?(known: readonly Known<Ask, Answer>[]): string | undefined;
  subject(ask: Ask): Subject;
  /** Two asks with the same key are the same question. */
  key(ask: Ask): string;
}

export interface Known<Ask, Answer> {
  readonly ask: Ask;
  readonly answer: Answer;
}

export interface Fact<Answer> {
  readonly kind: FactKind<unknown, Answer>;
  readonly ask: unknown;
  /** Unique over all kinds. */
  readonly key: string;
  readonly subject: Subject;
}

/** The one way to make a kind's facts: `const pathState = defineFact({...}); pathState("/etc/hosts")`. */
export function defineFact<Ask, Answer>(kind: FactKind<Ask, Answer>): (ask: Ask) => Fact<Answer> {
  return (ask) => ({
    kind: kind as unknown as FactKind<unknown, Answer>,
    ask,
    key: `${kind.name}:${kind.key(ask)}`,
    subject: kind.subject(ask),
  });
}

/** What is known of a host at one moment: probed, or (after planned changes) foreseen. */
export interface State {
  /** The answer to a fact that the module named in `probe`. */
  get<Answer>(fact: Fact<Answer>): Answer;
  /**
   * False when an earlier planned change may alter this fact in a way that cannot be foreseen (a package
   * brings its files, users and units; a command may do anything). Only ever false in check mode.
   */
  certain(fact: Fact<unknown>): boolean;
  /** True when packages are planned to be installed that may bring what is not there yet. Only ever in check mode. */
  brought(fact: Fact<unknown>): boolean;
  /** True when a planned change may take away what the fact says is there. Only ever in check mode. */
  mayGo(fact: Fact<unknown>): boolean;
}

/** What a fact's answer will be after a change: `foresee(pathState("/x"), {...})`. */
export interface Foreseen {
  readonly fact: Fact<unknown>;
  readonly answer: unknown;
}

export function foresee<Answer>(fact: Fact<Answer>, answer: Answer): Foreseen {
  return { fact, answer };
}

/** Whether a change that touches the one subject may alter a fact about the other. */
export function touches(touched: Subject, about: Subject): boolean {
  if (touched.kind !== "path" || about.kind !== "path") return touched.kind === about.kind;
  const [changed, asked] = [withoutMergedLinks(touched.path), withoutMergedLinks(about.path)];
  if (changed === asked) return true;
  return Boolean((touched.below && isBelow(asked, changed)) || (about.below && isBelow(changed, asked)));
}

function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory === "/" ? "/" : `${directory}/`);
}

/** Debian's own links between directories, so that /lib/x and /usr/lib/x are seen to be one path. */
function withoutMergedLinks(path: string): string {
  return path
    .replace(/^\/(bin|sbin|lib)(?=\/|$)/, "/usr/$1")
    .replace(/^\/var\/run(?=\/|$)/, "/run")
    .replace(/^\/var\/lock(?=\/|$)/, "/run/lock");
}
