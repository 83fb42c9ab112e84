// What makes an account on the relay: a QR code as a picture, or, where no authority has signed the certificate and
// apps could not ask by themselves, a script that makes a login code in the browser.

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { qrPicture } from "./qr-picture.js";

const SCRIPT = fileURLToPath(new URL("../browser/dclogin.js", import.meta.url));

export async function writeInvitation(directory, { mail_domain: domain, tls_mode }) {
  await mkdir(directory, { recursive: true });
  if (tls_mode === "selfsigned") {
    await writeFile(join(directory, "dclogin.js"), await browserScript());
    return;
  }
  const picture = qrPicture(`DCACCOUNT:https://${domain}/new`);
  await writeFile(join(directory, `qr-chatmail-invite-${domain}.png`), picture);
}

/** One file, so that the page asks no other host for anything. */
async function browserScript() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [SCRIPT],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2020",
    legalComments: "inline",
    logLevel: "silent",
  });
  return outputFiles[0].contents;
}
