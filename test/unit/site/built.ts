// The pages as the role nginx brings them to a relay: built by the module eleventy, and read by their names.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { moduleNamed, noFiles } from "../modules/harness.ts";

export const SITE = fileURLToPath(new URL("../../../site", import.meta.url));

export const VALUES = {
  mail_domain: "relay.test",
  tls_mode: "acme",
  username_min_length: 9,
  username_max_length: 9,
  password_min_length: 11,
  max_user_send_per_minute: 61,
  max_user_send_burst_size: 8,
  max_mailbox_size: "2G",
  max_message_size: 31457280,
  delete_mails_after: 12,
  delete_large_after: 5,
  delete_inactive_users_after: 75,
  privacy_postal: "Example & Sons\n1 *Example* Street",
  privacy_mail: "privacy@relay.test",
  privacy_pdo: "Officer <pdo@relay.test>",
  privacy_supervisor: "Some Authority",
} as const;

export type Values = { readonly [Name in keyof typeof VALUES]: string | number };

export interface Pages {
  readonly names: readonly string[];
  bytes(name: string): Uint8Array;
  text(name: string): string;
}

/** Builds with a cache of its own, so that nothing of the user's is read or written. */
export async function built(
  values: Partial<Values> = {},
  params: Readonly<Record<string, unknown>> = {},
): Promise<Pages> {
  const before = process.env.XDG_CACHE_HOME;
  const cache = mkdtempSync(join(tmpdir(), "site-cache-"));
  process.env.XDG_CACHE_HOME = cache;
  try {
    const data = { config: { ...VALUES, ...values } };
    const files = { ...noFiles, find: (name: string) => name };
    const given = { src: SITE, dest: "/", data, optional: false, ...params };
    const local = (await moduleNamed("eleventy").local?.(given as never, files)) as readonly {
      readonly entry: { readonly path: string; readonly type: string };
      readonly bytes: Uint8Array;
    }[];
    const found = local.filter(({ entry }) => entry.type === "file");
    const contents = new Map(found.map(({ entry, bytes }) => [entry.path, bytes]));
    const bytes = (name: string): Uint8Array => {
      const content = contents.get(name);
      if (!content) throw new Error(`there is no ${name} among ${[...contents.keys()].join(", ")}`);
      return content;
    };
    return { names: [...contents.keys()], bytes, text: (name) => Buffer.from(bytes(name)).toString() };
  } finally {
    if (before === undefined) delete process.env.XDG_CACHE_HOME;
    else process.env.XDG_CACHE_HOME = before;
    rmSync(cache, { recursive: true });
  }
}

/** What a page says, without its tags and with its entities resolved. */
export function said(html: string): string {
  const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
  return html
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
    .replace(/&(\w+);/g, (all, name: string) => entities[name] ?? all)
    .replace(/\s+/g, " ");
}
