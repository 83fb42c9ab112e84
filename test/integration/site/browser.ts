// Debian's Chromium, as a visitor's browser: it finds the relay's names at the lab host and asks nobody else.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import jsqr from "jsqr";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { PNG } from "pngjs";
import type { Deployed } from "./deployed.ts";

const PROGRAM = "/usr/bin/chromium";

export interface Browser {
  readonly context: BrowserContext;
  /** A page of the relay; what its console says and which addresses it asks are kept in `noted`. */
  visit(path: string): Promise<Page>;
  readonly noted: string[];
  close(): Promise<void>;
}

export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  readonly javaScript?: boolean;
}

export async function openBrowser(
  { host, domain }: Deployed,
  { colorScheme = "light", width = 1280, javaScript = true }: Look = {},
): Promise<Browser> {
  assert.ok(existsSync(PROGRAM), "Chromium is missing: run `bash test/lab/install-missing.sh test`");
  const directory = mkdtempSync(join(tmpdir(), "chromium-"));
  const context = await chromium.launchPersistentContext(directory, {
    executablePath: PROGRAM,
    headless: true,
    ignoreHTTPSErrors: true,
    javaScriptEnabled: javaScript,
    colorScheme,
    viewport: { width, height: 800 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      `--host-resolver-rules=MAP ${domain} ${host.address}, MAP * ~NOTFOUND`,
    ],
  });
  const noted: string[] = [];
  return {
    context,
    noted,
    async visit(path) {
      const page = await context.newPage();
      page.on("console", (message) => noted.push(`${message.type()}: ${message.text()}`));
      page.on("pageerror", (error) => noted.push(`error: ${error.message}`));
      page.on("request", (request) => {
        const { hostname } = new URL(request.url());
        if (hostname !== domain) noted.push(`asked ${request.url()}`);
      });
      const response = await page.goto(`https://${domain}${path}`);
      assert.equal(response?.status(), 200, path);
      return page;
    },
    async close() {
      await context.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The text of the QR code that a camera in front of the screen would see. */
export async function seenCode(page: Page): Promise<string | undefined> {
  const { width, height, data } = PNG.sync.read(await page.screenshot());
  return jsqr.default(new Uint8ClampedArray(data), width, height)?.data;
}
