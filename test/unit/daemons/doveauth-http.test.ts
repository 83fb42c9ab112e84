import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, freePort, type Running, start } from "./process.ts";
import { Talk } from "./talk.ts";

const PASSWORD = "correct-horse";

describe("doveauth over HTTP", function () {
  this.timeout(20_000);
  let directory: string;
  let port: number;
  let daemon: Running;
  let url: string;

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), "doveauth-http-"));
    port = await freePort();
    url = `http://127.0.0.1:${port}/create`;
    const ini = join(directory, "chatmail.ini");
    writeFileSync(
      ini,
      [
        ...[
          "[params]",
          "mail_domain = relay.test",
          `mailboxes_dir = ${directory}/mail`,
          "max_load_1m = 1000",
        ],
        ...["min_available_memory = 0", "min_free_disk_space = 0", `doveauth_http_port = ${port}`, ""],
      ].join("\n"),
    );
    daemon = await start(await bundle("doveauth", directory), join(directory, "socket"), ini);
  });

  after(() => {
    daemon.child.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });

  const post = async (body: string | Uint8Array<ArrayBuffer>, to = url): Promise<number> => {
    const response = await fetch(to, { method: "POST", body });
    await response.arrayBuffer();
    return response.status;
  };

  it("creates an address, and says so again to whoever has its password", async () => {
    assert.equal(await post(`alice1234@relay.test\t${PASSWORD}`), 200);
    assert.equal(await post(`alice1234@relay.test\t${PASSWORD}`), 200);
    assert.equal(await post("alice1234@relay.test\tanother-password"), 403);
    assert.deepEqual(readdirSync(join(directory, "mail", "alice1234@relay.test")).sort(), [
      "enforceE2EEincoming",
      "password",
    ]);
    assert.equal(daemon.log().match(/^Created address: alice1234@relay.test$/gm)?.length, 1);
  });

  it("refuses by the same rules as over the socket, and logs why without the password", async () => {
    assert.equal(await post("short@relay.test\tcorrect-horse"), 403);
    assert.equal(await post("alice1235@relay.test\ttiny"), 403);
    assert.equal(await post("alice1235@other.test\tcorrect-horse"), 403);
    assert.equal(await post("../ice1235@relay.test\tcorrect-horse"), 403);
    assert.match(daemon.log(), /address not created: password shorter/);
    assert.ok(!daemon.log().includes("tiny") && !daemon.log().includes(PASSWORD));
  });

  it("takes only the first TAB for the separator", async () => {
    assert.equal(await post("bobby1234@relay.test\ta\tb\tc-password"), 200);
    assert.equal(await post("bobby1234@relay.test\ta"), 403);
  });

  it("answers 400 to what is no address and password, and 404 and 405 elsewhere", async () => {
    for (const body of ["", "alice1236@relay.test", "\t", "\tx", "a\t", `a\t${"x".repeat(511)}`, "a\tb\0c"])
      assert.equal(await post(body), 400, JSON.stringify(body));
    assert.equal(await post(Uint8Array.from([0x61, 9, 0xff])), 400);
    assert.equal(await post("x", url.replace("create", "other")), 404);
    assert.equal((await fetch(url)).status, 405);
  });

  it("serves many requests on a connection and survives peers that go away or talk nonsense", async () => {
    const body = `alice1234@relay.test\t${PASSWORD}`;
    const request = `POST /create HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const talk = new Talk({ port, host: "127.0.0.1" });
    for (let i = 0; i < 3; i++) {
      talk.send(request);
      assert.match(await talk.until(/^HTTP\/1.1 [0-9]+[\s\S]*\r\n\r\n/), /^HTTP\/1.1 200 /);
    }
    talk.send("\0\0nonsense\r\n\r\n");
    assert.match(await talk.untilClosed(), /^HTTP\/1.1 400 /);
    const gone = new Talk({ port, host: "127.0.0.1" });
    gone.send(request.slice(0, -5));
    gone.end();
    assert.equal(await post(body), 200);
  });

  it("gives one password to 50 that ask for one address at once, over the socket and over HTTP", async () => {
    const address = "popular12@relay.test";
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, i) => {
        if (i % 2) return (await post(`${address}\tpassword-${i}`)) === 200;
        const talk = new Talk({ path: join(directory, "socket") });
        talk.send(`Lshared/passdb/password-${i}"${address}\tx\n`);
        const answer = await talk.until(/\n/);
        talk.end();
        return answer;
      }),
    );
    assert.ok(answers.filter((answer) => answer === true).length <= 1);
    const hashes = new Set(answers.filter((answer) => typeof answer === "string"));
    assert.equal(hashes.size, 1);
    assert.match([...hashes][0] ?? "", /^O/);
    const right = await Promise.all(Array.from({ length: 50 }, (_, i) => post(`${address}\tpassword-${i}`)));
    assert.equal(right.filter((status) => status === 200).length, 1);
  });
});
