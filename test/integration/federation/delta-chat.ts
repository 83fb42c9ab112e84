// Real Delta Chat apps: the core of the app as a program of its own, which is talked to over its standard input and
// output (JSON-RPC). Each program has as many accounts as are asked for.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type DcEvent, StdioDeltaChat, type T } from "@deltachat/jsonrpc-client";

/** Delta Chat's core as a program that speaks JSON-RPC. Not all packages of its umbrella are in every registry. */
export const serverProgram = fileURLToPath(
  import.meta.resolve("@deltachat/stdio-rpc-server-linux-x64/deltachat-rpc-server"),
);

type Kind = DcEvent["kind"];
type EventOf<K extends Kind> = Extract<DcEvent, { kind: K }>;

/** Where a relay is, as those see it who need no DNS for it. */
export interface RelayPlace {
  readonly name: string;
  readonly address: string;
  /** PEM of the authorities that vouch for it. */
  readonly authorities: string;
}

export interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** What the app does with the text of a relay's QR code, but with authorities of one's own: it asks for an account. */
export function accountFromCode(code: string, relay: RelayPlace): Promise<Credentials> {
  const [, address = ""] = /^DCACCOUNT:(https:\/\/.+)$/i.exec(code) ?? [];
  const { hostname, pathname } = new URL(address);
  return new Promise((resolve, reject) => {
    const options = { host: relay.address, servername: hostname, ca: relay.authorities, agent: false };
    const post = request(
      { ...options, path: pathname, method: "POST", headers: { Host: hostname } },
      async (response) => {
        const body = await text(response);
        if (response.statusCode === 200) resolve(JSON.parse(body) as Credentials);
        else reject(new Error(`${address} answers ${response.statusCode}: ${body}`));
      },
    );
    post.on("error", reject).end();
  });
}

interface IceServer {
  readonly urls: readonly string[];
  readonly username: string;
  readonly credential: string;
}

/** One running core. */
export class DeltaChat {
  readonly #rpc: StdioDeltaChat;
  readonly #program: ChildProcess;

  private constructor(program: ChildProcess) {
    this.#program = program;
    this.#rpc = new StdioDeltaChat(program.stdin, program.stdout, true);
  }

  /** By a command such as ssh that runs it elsewhere. */
  static by(command: readonly [string, ...string[]]): DeltaChat {
    const [file, ...args] = command;
    return new DeltaChat(spawn(file, args, { stdio: ["pipe", "pipe", "inherit"] }));
  }

  /**
   * A new account with an address that the relay has made for it. Apps trust the authorities that browsers do, and
   * take no others: they are told not to check the relay's certificate (ic=3), which is a private one's.
   */
  async app(name: string, { email, password }: Credentials, server = email.split("@")[1]): Promise<App> {
    const id = await this.#rpc.rpc.addAccount();
    const app = new App(this.#rpc, id, email, password);
    await this.#rpc.rpc.setConfig(id, "displayname", name);
    const code = `dclogin:${email}?p=${encodeURIComponent(password)}&v=1&ih=${server}&sh=${server}&ic=3`;
    await this.#rpc.rpc.addTransportFromQr(id, code);
    await app.start();
    return app;
  }

  async close(): Promise<void> {
    // The client still asks for events, of a program that has gone.
    this.#program.stdin?.on("error", () => {});
    if (this.#program.exitCode === null && this.#program.signalCode === null) {
      const ended = once(this.#program, "exit");
      this.#program.kill();
      await ended;
    }
  }
}

/** One person's app. */
export class App {
  readonly email: string;
  readonly password: string;
  readonly #delta: StdioDeltaChat;
  readonly #id: number;
  readonly #events: DcEvent[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(delta: StdioDeltaChat, id: number, email: string, password: string) {
    this.#delta = delta;
    this.#id = id;
    this.email = email;
    this.password = password;
    delta.getContextEvents(id).on("ALL", (event) => {
      this.#events.push(event);
      for (const look of this.#waiting) look();
    });
  }

  get #rpc(): StdioDeltaChat["rpc"] {
    return this.#delta.rpc;
  }

  /** Goes online, and returns when it waits for mail. */
  async start(): Promise<void> {
    const from = this.#events.length;
    await this.#rpc.startIo(this.#id);
    await this.event("ImapInboxIdle", () => true, from);
  }

  /** The servers that it would use for a call, WebRTC's RTCIceServer. */
  async iceServers(): Promise<readonly IceServer[]> {
    return JSON.parse(await this.#rpc.iceServers(this.#id)) as IceServer[];
  }

  async stop(): Promise<void> {
    await this.#rpc.stopIo(this.#id);
  }

  /** The first event of this kind, of those that come or that have come since `from`, for which this holds. */
  event<K extends Kind>(
    kind: K,
    holds: (event: EventOf<K>) => boolean | Promise<boolean> = () => true,
    from = 0,
    patience = 30_000,
  ): Promise<EventOf<K>> {
    let next = from;
    let looking = Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle();
      };
      const look = () => {
        looking = looking.then(async () => {
          for (; next < this.#events.length; next++) {
            const event = this.#events[next] as EventOf<K>;
            if (event.kind === kind && (await holds(event))) return end(() => resolve(event));
          }
        });
        looking.catch((error) => end(() => reject(error)));
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`${this.email} had no ${kind}:\n${this.#lastWords()}`))),
        patience,
      );
      this.#waiting.add(look);
      look();
    });
  }

  /** Verifies somebody by the code that their app shows (Secure-Join); gives the chat of each with the other. */
  async join(other: App): Promise<{ readonly mine: number; readonly theirs: number }> {
    const code = await other.#rpc.getChatSecurejoinQrCode(other.#id, null);
    const [before, otherBefore] = [this.#events.length, other.#events.length];
    const mine = await this.#rpc.secureJoin(this.#id, code);
    await this.event("SecurejoinJoinerProgress", ({ progress }) => progress === 1000, before);
    const done = await other.event(
      "SecurejoinInviterProgress",
      ({ progress }) => progress === 1000,
      otherBefore,
    );
    const theirs = await other.#rpc.createChatByContactId(other.#id, done.contactId);
    return { mine, theirs };
  }

  /** Whether the only other one in this chat is who they were when the two met. */
  async hasVerified(chat: number): Promise<boolean> {
    const members = await this.#rpc.getChatContacts(this.#id, chat);
    const others = members.filter((contact) => contact > 9);
    const contacts = await Promise.all(others.map((contact) => this.#rpc.getContact(this.#id, contact)));
    return contacts.length === 1 && contacts.every(({ isVerified }) => isVerified);
  }

  send(chat: number, text: string): Promise<number> {
    return this.#rpc.miscSendTextMessage(this.#id, chat, text);
  }

  /** The message of this text, as soon as it is here. */
  async received(text: string, patience?: number): Promise<T.Message> {
    let found: T.Message | undefined;
    const isIt = async ({ msgId }: { readonly msgId: number }) => {
      const message = await this.#rpc.getMessage(this.#id, msgId);
      if (message.text === text) found = message;
      return found !== undefined;
    };
    await this.event("IncomingMsg", isIt, 0, patience);
    return found!;
  }

  /** Shows a message to the user, which lets the sender know. */
  async read(message: number): Promise<void> {
    await this.#rpc.markseenMsgs(this.#id, [message]);
  }

  #lastWords(): string {
    const said = this.#events.filter(({ kind }) => /^(Info|Warning|Error)/.test(kind));
    return said
      .slice(-30)
      .map((event) => `${event.kind}: ${"msg" in event ? event.msg : ""}`)
      .join("\n");
  }
}
