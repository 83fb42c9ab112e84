// What the engine knows of a host's connection: shells that run batches. How the bytes travel (ssh,
// local) is the business of the files beside this one; what a script means is the engine's.

/**
 * One piece of POSIX shell to run, in a subshell of its own, in the order of its batch. It starts in the home
 * directory of its user with umask 022, LC_ALL=C, a PATH with the sbin directories, and in $T (not exported) a private
 * directory for files of its own, which the frames of a batch share and which is emptied after it. $W (not exported) is
 * a word that stands in the command line of this shell and of no other: where there is none with it, the shell is gone.
 * What a script writes into the file $X is run when the shell ends, unless it is killed.
 */
export interface Frame {
  /** Any characters but NUL, of any length. */
  readonly script: string;
  /** What the script can read from its standard input; without it standard input is empty. */
  readonly input?: Uint8Array;
}

export interface Reply {
  /** Exit status of the subshell, 128 + signal when a signal ended it. */
  readonly status: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  /** Milliseconds that it took: by the host's clock when it ended well, to a hundredth of a second. */
  readonly ms?: number;
  /** When it came, by the runner's clock. */
  readonly at?: number;
}

export interface Shell {
  /**
   * Sends all frames at once and waits for their replies: one round trip. A frame that exits with a status
   * other than 0 ends the batch: the replies of the frames after it are missing.
   * Batches of one shell run one after the other. Rejects with ConnectionLost when the connection ends.
   */
  run(batch: readonly Frame[]): Promise<readonly Reply[]>;
}

export interface Connection {
  /** The shell of a user; without a name that of the user who logged in. Each is opened once and kept. */
  shell(user?: string): Promise<Shell>;
  /** Ends the shells, which remove their temporary files, and the connection: over ssh without waiting for the shells. */
  close(): Promise<void>;
}

/** Where and how to reach a host: the outcome of inventory variables, options and ssh configuration. */
export interface Target {
  /** The inventory name, for messages and for looking up host keys. */
  readonly name: string;
  readonly kind: "ssh" | "local";
  /** `ansible_host` or else the inventory name. */
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly privateKeyFile?: string;
  /** The hosts to go through, as ssh_config(5) writes ProxyJump; "none" for none. */
  readonly proxyJump?: string;
  /** The host may use the user's agent; the hosts on the way may not. */
  readonly forwardAgent?: boolean;
  /** What sudo asks for. */
  readonly becomePassword?: string;
}

/** Asks the person at the terminal; `hidden`: what is typed is not shown. No answer: interrupted, or at its end. */
export type Ask = (question: {
  readonly text: string;
  readonly hidden: boolean;
}) => Promise<string | undefined>;

export interface ConnectOptions {
  /** `--known-hosts`: files beside the user's own known_hosts. */
  readonly knownHosts: readonly string[];
  /** Milliseconds until a host that does not answer is called unreachable. */
  readonly timeout: number;
  /** Where commands of the machine itself begin; a login has its home for that. */
  readonly directory?: string;
  /** `--accept-new-host-keys`: the key of a host of which none is known is added to the user's known_hosts unasked. */
  readonly acceptNewHostKeys?: boolean;
  /** Nothing when there is nobody to ask. */
  readonly ask?: Ask;
  /** Private keys that a passphrase has opened, by file; shared by the connections of a run. */
  readonly openedKeys?: OpenedKeys;
}

export type OpenedKeys = Map<string, Promise<unknown>>;

export type Connect = (target: Target, options: ConnectOptions) => Promise<Connection>;

/** The host cannot be reached, or not be trusted; `hint` says what to do about it. */
export class Unreachable extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.name = "Unreachable";
    this.hint = hint;
  }
}

/** The connection ended while a batch was under way: what it did on the host is not known. */
export class ConnectionLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConnectionLost";
  }
}
