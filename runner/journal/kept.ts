// What a change is about to alter, so that it can be put back: a path with all that is there, the owner and mode
// of something, or how a unit is. The journal of a run on the host has one line of JSON for each of them.

/** Named by the module that plans the change; the engine keeps it before the change is made. */
export type Kept =
  /** Whatever is at the path, or that nothing is. */
  | { readonly kind: "path"; readonly path: string }
  | {
      readonly kind: "attributes";
      readonly path: string;
      readonly uid: number;
      readonly gid: number;
      readonly mode: number;
    }
  | {
      readonly kind: "unit";
      readonly unit: string;
      readonly active: boolean;
      /** As systemd's UnitFileState: "enabled", "disabled", "masked" ... */
      readonly file: string;
      /** It is only told to read its configuration again. */
      readonly reload: boolean;
    };

/** What a service was asked after its change, and has answered: it will be asked so again should it come back to that. */
export interface Answered {
  readonly kind: "answered";
  readonly params: Readonly<Record<string, unknown>>;
}

export type Entry = (Kept | Answered | { readonly kind: "other" }) & {
  /** Numbers the entries of a run; what is at a path is kept under it. */
  readonly n: number;
  /** "" outside of roles. */
  readonly role: string;
  readonly task: string;
};

/** The first line of a journal. */
export interface RunNote {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly operator: string;
  readonly playbook: string;
  /** Of the checkout that the playbook is in, with "+" when something in it is not committed. */
  readonly commit?: string;
}

/** A line that says what has been put back. */
export interface RestoreNote {
  readonly restored: readonly number[];
  readonly why: string;
}

/** Sets $d to what the host keeps of runs. Root's is below /var/lib, other users' below their home, if not told otherwise. */
export function placeLine(directory: string, quoted: (text: string) => string): string {
  const own =
    'if [ "$(id -u)" = 0 ]; then d=/var/lib/chatmail-play; else d=$HOME/.local/state/chatmail-play; fi';
  return directory.startsWith("/") ? `d=${quoted(directory)}` : `${own}\nd=$d${quoted(directory)}`;
}
