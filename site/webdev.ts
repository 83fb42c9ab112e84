// npm run webdev: shows the pages of a relay while somebody works on them. They are built as for a deployment, with the
// values of an inventory, and a browser that has them open shows every change by itself.

import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { newEmail } from "../roles/chatmaild/daemons/lib/newemail/account.ts";

const USAGE = `usage: npm run webdev -- [-i INVENTORY] [--limit HOST] [--port PORT]

Shows the pages of the first relay of the inventory, or of the one that --limit names. Without an inventory
the relay is that of site/example.yaml.
`;

const HERE = fileURLToPath(new URL(".", import.meta.url));

interface Shown {
  readonly values: Readonly<Record<string, unknown>> & {
    readonly mail_domain: string;
    readonly username_max_length: number;
    readonly password_min_length: number;
  };
  readonly folder: string;
}

/** The variables of the role nginx for a relay, told by the runner itself. */
async function shownOf(inventory: string, limit: string | undefined): Promise<Shown> {
  const program = [join(HERE, "../runner/bin.mjs"), join(HERE, "values.yaml"), "-i", inventory, "--json"];
  const words = [...program, "-e", "ansible_connection=local", ...(limit ? ["--limit", limit] : [])];
  const { stdout } = await promisify(execFile)(process.execPath, words).catch(
    (error: { readonly stdout?: string }) => ({ stdout: error.stdout ?? "" }),
  );
  const events = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { event: string; module?: string; message?: string; at?: string });
  const told = events.find(({ module }) => module === "debug")?.message;
  if (told) return JSON.parse(told) as Shown;
  const errors = events.filter(({ event }) => event === "error");
  throw new Error(
    errors.map(({ at, message }) => [at, message].filter(Boolean).join(": ")).join("\n") ||
      `${inventory} has no host in the group relays`,
  );
}

/** What newemail answers on a relay whose certificate is its own. */
function answerNew({ values }: Shown) {
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (request.url === "/new") {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(newEmail(values, { selfsigned: true })));
    } else next();
  };
}

/** Where there is a screen; elsewhere the address that is printed has to do. */
function openBrowser(url: string): void {
  const { platform, env } = process;
  const command =
    platform === "darwin"
      ? ["open", url]
      : platform === "win32"
        ? ["cmd", "/c", "start", "", url]
        : env.DISPLAY || env.WAYLAND_DISPLAY
          ? ["xdg-open", url]
          : undefined;
  if (!command) return;
  const [program = "", ...words] = command;
  spawn(program, words, { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}

async function main(): Promise<void> {
  const { values: given } = parseArgs({
    options: {
      inventory: { type: "string", short: "i", default: join(HERE, "example.yaml") },
      limit: { type: "string", short: "l" },
      port: { type: "string", default: "8080" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  const shown = await shownOf(resolve(given.inventory), given.limit);
  const folder = resolve(HERE, "../roles/nginx", shown.folder);
  if (!existsSync(join(folder, "src/index.md")))
    throw new Error(
      `${folder} has no src/index.md: it is brought to the relay as it is, open it in a browser`,
    );
  const own = join(folder, "eleventy.config.js");
  const output = mkdtempSync(join(tmpdir(), "webdev-"));
  process.on("exit", () => rmSync(output, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(0));
  process.chdir(folder);
  const { default: Eleventy } = await import("@11ty/eleventy");
  const site = new Eleventy(undefined, output, {
    source: "script",
    runMode: "serve",
    quietMode: true,
    configPath: existsSync(own) ? undefined : join(HERE, "eleventy.config.js"),
    config(configuration) {
      configuration.addGlobalData("config", shown.values);
      configuration.setServerOptions({ middleware: [answerNew(shown)] });
    },
  });
  site.directories.freeze();
  await site.init();
  await site.watch();
  await site.serve(Number(given.port));
  openBrowser(`http://localhost:${given.port}/`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
