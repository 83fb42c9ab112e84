// What apps, other mail servers and visitors find on the ports 80 and 443.

import type { Check, Skipped } from "../lib/check.ts";
import { ask, type Page } from "../lib/http.ts";
import { isAddress, type Relay } from "../lib/relay.ts";

type Look = (relay: Relay) => Promise<string | Skipped>;

export function web(relay: Relay): Check[] {
  const looks: Readonly<Record<string, Look>> = {
    "Settings for apps (autoconfig)": autoconfig,
    "Policy for other mail servers (MTA-STS)": mtaSts,
    Pages: pages,
    "The invitation in /new": invitation,
    "www leads to the relay's name": www,
    "Port 80 leads to HTTPS": plain,
  };
  return Object.entries(looks).map(([name, look]) => ({ group: "Web", name, look: () => look(relay) }));
}

/** https://wiki.mozilla.org/Thunderbird:Autoconfiguration:ConfigFileFormat */
const autoconfig: Look = async (relay) => {
  const page = found(await ask(relay, { path: "/.well-known/autoconfig/mail/config-v1.1.xml" }));
  const blocks = page.body.match(/<(incoming|outgoing)Server [\s\S]*?<\/\1Server>/g) ?? [];
  if (blocks.length === 0 || !page.type.includes("xml")) throw new Error(`no settings: ${page.told}`);
  const told = blocks.map((block) => {
    const value = (tag: string) => new RegExp(`<${tag}>([^<]*)<`).exec(block)?.[1] ?? "";
    if (value("hostname") !== relay.domain) throw new Error(`a server elsewhere: ${value("hostname")}`);
    return `${/type="(\w+)"/.exec(block)?.[1]} ${value("port")} ${value("socketType")}`;
  });
  const wanted = ["imap 993 SSL", "imap 143 STARTTLS", "imap 443 SSL"];
  wanted.push(...["smtp 465 SSL", "smtp 587 STARTTLS", "smtp 443 SSL"]);
  const missing = wanted.filter((server) => !told.includes(server));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
  return told.join(", ");
};

/** RFC 8461 section 3.2. */
const mtaSts: Look = async (relay) => {
  if (isAddress(relay.domain)) return { skipped: "the relay has no name" };
  const host = `mta-sts.${relay.domain}`;
  const { body } = found(await ask(relay, { path: "/.well-known/mta-sts.txt", host }));
  const lines = body.split(/\r?\n/).filter(Boolean);
  const missing = ["version: STSv1", "mode: enforce", `mx: ${relay.domain}`].filter(
    (line) => !lines.includes(line),
  );
  if (missing.length > 0 || !/^max_age: \d+$/m.test(body)) {
    throw new Error(`missing: ${[...missing, "max_age"].join(", ")}`);
  }
  return lines.join(", ");
};

const pages: Look = async (relay) => {
  if (relay.pages === "unknown") return { skipped: "www_folder is disabled" };
  const paths = relay.pages === "ours" ? ["/", "/info", "/policy", "/privacy"] : ["/"];
  for (const path of paths) {
    const page = found(await ask(relay, { path }), path);
    if (!page.type.includes("html")) throw new Error(`${path}: ${page.told}`);
  }
  if (relay.pages === "ours" && !found(await ask(relay, { path: "/" })).body.includes(relay.domain)) {
    throw new Error(`/ does not tell of ${relay.domain}`);
  }
  return paths.join(", ");
};

/** Whoever opens the address of the QR code in a browser is handed over to the app. */
const invitation: Look = async (relay) => {
  const page = await ask(relay, { path: "/new" });
  const wanted = `dcaccount:https://${relay.domain}/new`;
  if (relay.tlsMode === "selfsigned") {
    if (!page.body.includes('"dclogin:')) throw new Error(`no dclogin link: ${page.told}`);
    return "a link with an address";
  }
  if (page.location.toLowerCase() !== wanted) throw new Error(page.told);
  return page.told;
};

const www: Look = async (relay) => {
  if (isAddress(relay.domain)) return { skipped: "the relay has no name" };
  return leads(await ask(relay, { path: "/info", host: `www.${relay.domain}` }), relay);
};

const plain: Look = async (relay) => leads(await ask(relay, { path: "/info", plain: true }), relay);

function leads(page: Page, { domain }: Relay): string {
  if (page.status !== 301 || page.location !== `https://${domain}/info`) throw new Error(page.told);
  return page.told;
}

function found(page: Page, path?: string): Page {
  if (page.status !== 200) throw new Error(path ? `${path}: ${page.told}` : page.told);
  return page;
}
