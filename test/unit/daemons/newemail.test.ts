import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parseConfig } from "../../../roles/chatmaild/daemons/lib/config.ts";
import { type NewEmail, newEmail } from "../../../roles/chatmaild/daemons/lib/newemail/account.ts";
import { startNewEmailServer } from "../../../roles/chatmaild/daemons/lib/newemail/server.ts";

const source = fileURLToPath(new URL("../../../roles/chatmaild/daemons/newemail.ts", import.meta.url));

describe("newemail", function () {
  this.timeout(20_000);
  let directory: string;
  let bundle: string;
  let ini: string;
  const running: ChildProcess[] = [];

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "newemail-"));
    bundle = join(directory, "newemail.mjs");
    ini = join(directory, "chatmail.ini");
    await build({
      entryPoints: [source],
      outfile: bundle,
      bundle: true,
      platform: "node",
      target: "node18",
      format: "esm",
    });
  });

  afterEach(() => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
  });

  after(() => rmSync(directory, { recursive: true }));

  const configure = (...options: readonly string[]): void =>
    writeFileSync(ini, ["[params]", "mail_domain = relay.test", ...options, ""].join("\n"));

  /** As systemd starts it: with a socket that is listening already, as its descriptor 3. */
  const start = async (...words: readonly string[]): Promise<{ url: string; child: ChildProcess }> => {
    const socket = createServer().listen(0, "127.0.0.1");
    await once(socket, "listening");
    const { port } = socket.address() as AddressInfo;
    const { fd } = (socket as Server & { _handle: { fd: number } })._handle;
    const child = spawn(process.execPath, [bundle, ini, ...words], {
      stdio: ["ignore", "ignore", "pipe", fd],
      env: { LISTEN_FDS: "1" },
    });
    running.push(child);
    let stderr = "";
    for await (const bytes of child.stderr as AsyncIterable<Buffer>) {
      stderr += bytes;
      if (stderr.includes("loop")) break;
    }
    socket.close();
    if (!stderr.includes("loop")) throw new Error(stderr);
    return { url: `http://127.0.0.1:${port}`, child };
  };

  const accountOf = async (answer: Response): Promise<NewEmail> => {
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("content-type"), "application/json");
    assert.equal(answer.headers.get("cache-control"), "no-store");
    return (await answer.json()) as NewEmail;
  };

  it("gives each POST an address and a password of the configured lengths", async () => {
    configure("username_max_length = 12", "password_min_length = 10");
    const { url } = await start();
    const accounts = await Promise.all(
      Array.from({ length: 20 }, async () => accountOf(await fetch(`${url}/new`, { method: "POST" }))),
    );
    for (const account of accounts) {
      assert.deepEqual(Object.keys(account), ["email", "password"]);
      assert.match(account.email, /^[a-z0-9]{12}@relay\.test$/);
      assert.match(account.password, /^[!-~]{13}$/);
      assert.doesNotMatch(account.password, /["'`\\]/);
    }
    for (const key of ["email", "password"] as const)
      assert.equal(new Set(accounts.map((each) => each[key])).size, accounts.length);
  });

  it("goes by a configuration that was changed since it started", async () => {
    configure();
    const { url } = await start();
    configure("username_max_length = 20");
    const { email } = await accountOf(await fetch(`${url}/new`, { method: "POST" }));
    assert.match(email, /^.{20}@/);
    configure("username_max_length = many");
    assert.equal((await fetch(`${url}/new`, { method: "POST" })).status, 500);
  });

  it("adds a login link and answers GET where nobody has signed the certificate", async () => {
    configure();
    const { url } = await start("selfsigned");
    for (const method of ["GET", "POST"]) {
      const { email, password, dclogin_url } = await accountOf(await fetch(`${url}/new`, { method }));
      const [, address, given, rest] = /^dclogin:([^?]+)\?p=([^&]+)(&.*)$/.exec(dclogin_url ?? "") ?? [];
      assert.equal(address, email);
      assert.match(given ?? "", /^([A-Za-z0-9_.~-]|%[0-9A-F]{2})+$/);
      assert.equal(decodeURIComponent(given ?? ""), password);
      assert.equal(rest, "&v=1&ic=3");
    }
  });

  it("tells apps where the server is when the domain is an IP address", () => {
    const config = parseConfig("[params]\nmail_domain = 192.0.2.7\n");
    const { email, dclogin_url } = newEmail(config, { selfsigned: true });
    assert.match(email, /^[a-z0-9]{9}@\[192\.0\.2\.7\]$/);
    assert.ok(dclogin_url?.startsWith(`dclogin:${email}?p=`));
    assert.ok(dclogin_url?.endsWith("&v=1&ih=192.0.2.7&sh=192.0.2.7&ic=3"));
  });

  it("has no other paths and methods", async () => {
    configure();
    const { url } = await start();
    assert.equal((await fetch(`${url}/`)).status, 404);
    assert.equal((await fetch(`${url}/newer`, { method: "POST" })).status, 404);
    const got = await fetch(`${url}/new`);
    assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
  });

  it("takes no notice of what a client sends along", async () => {
    configure();
    const { url } = await start();
    const body = "x".repeat(100_000);
    await accountOf(await fetch(`${url}/new?a=b`, { method: "POST", body, headers: { "X-Name": "y" } }));
  });

  it("ends cleanly", async () => {
    configure();
    const { url, child } = await start();
    await fetch(`${url}/new`, { method: "POST" });
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit")) as [number | null];
    assert.equal(code, 0);
  });

  it("says what is wrong with how it was started", async () => {
    configure("username_max_length = 0");
    await assert.rejects(start(), /chatmail\.ini: username_max_length must be 1 or more/);
    configure();
    await assert.rejects(start("selfsinged"), /usage: newemail/);
    const child = spawn(process.execPath, [bundle, ini], { stdio: ["ignore", "ignore", "pipe"], env: {} });
    running.push(child);
    let stderr = "";
    for await (const bytes of child.stderr as AsyncIterable<Buffer>) stderr += bytes;
    assert.match(stderr, /systemd must start it by its socket/);
  });
});

describe("newemail's server", () => {
  it("tells when nobody has asked for a while", async () => {
    let over: () => void = () => undefined;
    const idle = new Promise<void>((resolve) => {
      over = resolve;
    });
    const server = await startNewEmailServer({
      listen: { port: 0, host: "127.0.0.1" },
      account: () => ({ email: "", password: "" }),
      get: false,
      idle: { after: 20, end: over },
      log: () => undefined,
    });
    await idle;
    await server.close(0);
  });
});
