import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { type Answer, decode, encode } from "dns-packet";
import { play, runPlaybook } from "../run/run-playbook.ts";

const onLinux = process.platform === "linux" ? describe : describe.skip;

const zone: readonly Answer[] = [
  { type: "A", name: "relay.test", data: "192.0.2.1" },
  { type: "MX", name: "relay.test", data: { preference: 10, exchange: "relay.test" } },
  { type: "TXT", name: "key.test", data: [Buffer.from("v=DKIM1;"), Buffer.from(" p=abc")] },
  { type: "CNAME", name: "www.test", data: "relay.test" },
  { type: "CAA", name: "relay.test", data: { flags: 0, tag: "issue", value: "ca.test" } },
  {
    type: "SRV",
    name: "_imaps._tcp.test",
    data: { priority: 0, weight: 1, port: 993, target: "relay.test" },
  },
];

/** A name server on loopback that speaks DNS over TCP. */
async function serve(): Promise<Server> {
  const server = createServer((socket) => {
    let seen = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      seen = Buffer.concat([seen, bytes]);
      if (seen.length < 2 || seen.length < 2 + seen.readUInt16BE()) return;
      const { id, questions = [] } = decode(seen.subarray(2));
      const [question] = questions;
      if (question?.name === "hangup.test") return socket.destroy();
      const answers = zone.filter(({ name, type }) => name === question?.name && type === question.type);
      const known = zone.some(({ name }) => name === question?.name);
      const AUTHORITATIVE = 0x400;
      const NXDOMAIN = 3;
      const message = encode({
        type: "response",
        id: id ?? 0,
        flags: AUTHORITATIVE | (known ? 0 : NXDOMAIN),
        questions,
        answers,
      });
      const length = Buffer.alloc(2);
      length.writeUInt16BE(message.length);
      socket.end(Buffer.concat([length, message]));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

onLinux("dns_lookup", () => {
  let server: Server;
  before(async () => {
    server = await serve();
  });
  after(() => server.close());

  const look = async (name: string, type: string) => {
    const { port } = server.address() as AddressInfo;
    const { tasks } = await runPlaybook({
      "site.yaml": play(`- dns_lookup: {name: ${name}, type: ${type}, server: 127.0.0.1, port: ${port}}`),
    });
    return tasks[0];
  };

  const cases: [name: string, type: string, records: string[], rcode: string][] = [
    ["relay.test", "A", ["192.0.2.1"], "NOERROR"],
    ["relay.test.", "MX", ["10 relay.test."], "NOERROR"],
    ["key.test", "TXT", ["v=DKIM1; p=abc"], "NOERROR"],
    ["www.test", "CNAME", ["relay.test."], "NOERROR"],
    ["relay.test", "CAA", ['0 issue "ca.test"'], "NOERROR"],
    ["_imaps._tcp.test", "SRV", ["0 1 993 relay.test."], "NOERROR"],
    ["relay.test", "AAAA", [], "NOERROR"],
    ["nobody.test", "A", [], "NXDOMAIN"],
  ];
  for (const [name, type, records, rcode] of cases) {
    it(`finds ${type} of ${name}: ${records.join(", ") || rcode}`, async () => {
      const task = await look(name, type);
      assert.equal(task?.status, "ok", task?.message);
      assert.deepEqual(
        [task?.result?.records, task?.result?.rcode, task?.result?.authoritative],
        [records, rcode, true],
      );
    });
  }

  it("fails when the server hangs up, and says which server", async () => {
    const task = await look("hangup.test", "A");
    assert.equal(task?.status, "failed");
    assert.match(task?.message ?? "", /^127\.0\.0\.1: /);
  });

  it("asks everything in a loop in one round trip", async () => {
    const { port } = server.address() as AddressInfo;
    const { recap } = await runPlaybook({
      "site.yaml": play(
        `- dns_lookup: {name: "{{ item }}", server: 127.0.0.1, port: ${port}}\n  loop: [relay.test, www.test, key.test]`,
      ),
    });
    assert.deepEqual([recap?.roundTrips, recap?.failed], [1, 0]);
  });
});
