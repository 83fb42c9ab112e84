// What Dovecot asks and tells about IMAP METADATA (RFC 5464), mail_attribute_dict: the tokens of a user's devices, that
// a message has come, and what the relay tells all its users.

import { readFile } from "node:fs/promises";
import type { Config } from "../config.ts";
import type { DictHandler, DictReply } from "../dict/server.ts";
import { transactionHandler } from "../dict/transactions.ts";
import type { Log } from "../log.ts";
import type { Tokens } from "./tokens.ts";

/** Between priv/ or shared/ and the name there is an identifier of the mailbox. */
const PRIVATE = /^priv\/[^/]*\/(.+)$/;
const SHARED = /^shared\/[^/]*\/vendor\/vendor\.dovecot\/pvt\/server\/vendor\/deltachat\/(.+)$/;

/** Postfix's own limit, smtpd_recipient_limit: apps split what goes to more. */
const MAX_SMTP_RECIPIENTS = 1000;
const TURN_PORT = 3478;

const NOT_FOUND: DictReply = { kind: "not-found" };

export interface MetadataOptions {
  readonly config: Pick<Config, "mail_domain" | "iroh_relay">;
  readonly tokens: Tokens;
  /** Called when a message has come for this address. */
  readonly messageNew: (address: string) => Promise<void>;
  readonly turnCredentials: () => Promise<string | undefined>;
  /** A file with JSON that is told as it is; there need not be one. */
  readonly appVersions: string;
  readonly log: Log;
}

export function metadataFront(options: MetadataOptions): () => DictHandler {
  const { config, tokens, messageNew, turnCredentials, appVersions, log } = options;

  const shared: Readonly<Record<string, () => string | undefined | Promise<string | undefined>>> = {
    irohrelay: () => config.iroh_relay,
    turn: async () => {
      const line = await turnCredentials();
      return line && `${config.mail_domain}:${TURN_PORT}:${line}`;
    },
    maxsmtprecipients: () => String(MAX_SMTP_RECIPIENTS),
    appversions: () => oneLineJson(appVersions, log),
  };

  const lookup = async (key: string, user: string): Promise<DictReply> => {
    const own = PRIVATE.exec(key)?.[1];
    if (own === "devicetoken") return { kind: "value", value: (await tokens.list(user)).join(" ") };
    const name = SHARED.exec(key)?.[1];
    return name !== undefined && Object.hasOwn(shared, name) ? replyOf(await shared[name]?.()) : NOT_FOUND;
  };

  const set = async (key: string, value: string, user: string): Promise<boolean> => {
    switch (PRIVATE.exec(key)?.[1]) {
      case "devicetoken":
        return tokens.add(user, value);
      case "messagenew":
        await messageNew(user);
        return true;
      default:
        return false;
    }
  };

  return () => transactionHandler({ set, lookup });
}

function replyOf(value: string | undefined): DictReply {
  return value ? { kind: "value", value } : NOT_FOUND;
}

async function oneLineJson(path: string, log: Log): Promise<string | undefined> {
  try {
    return JSON.stringify(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") log(`${path}: ${(error as Error).message}`);
    return undefined;
  }
}
