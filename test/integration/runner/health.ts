// A deployment that has moved a service to another port and then fails: the service is put back, and asked where it is.
import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Host } from "../../lab/index.ts";
import { play } from "./command.ts";
import { reach } from "./site.ts";

export function health(host: () => Host): void {
  it("what is put back is asked where it listens then, not where the failed run had it listen", async () => {
    const directory = await mkdtemp(join(tmpdir(), "runner-"));
    const inventory = join(directory, "inventory.yaml");
    await writeFile(inventory, JSON.stringify({ all: { hosts: { [host().name]: reach(host()) } } }));
    await writeFile(join(directory, "greeter.yaml"), GREETER);
    const deploy = (variables: string) =>
      play([join(directory, "greeter.yaml"), "-i", inventory, "-e", variables]);
    const first = await deploy("port=7001");
    assert.equal(first.exitCode, 0, first.trouble);
    const failed = await deploy("port=7002 broken=true");
    assert.equal(failed.exitCode, 2, failed.trouble);
    const told = failed.events.flatMap(({ task, status }) => (task ? [`${task}: ${status}`] : []));
    assert.deepEqual(told.slice(-4), [
      "Wait until it greets: ok",
      "Break: failed",
      'Put back what was there before, since "Break" failed: changed',
      "Wait until it greets: ok",
    ]);
    await host().must("systemctl disable --now greeter.socket");
  });
}

const GREETER = `
- hosts: all
  gather_facts: false
  on_failure: restore
  tasks:
    - copy:
        dest: /etc/systemd/system/greeter@.service
        content: "[Service]\\nExecStart=/bin/echo hello\\nStandardOutput=socket\\n"
    - copy:
        dest: /etc/systemd/system/greeter.socket
        content: "[Socket]\\nListenStream=127.0.0.1:{{ port }}\\nAccept=true\\n[Install]\\nWantedBy=sockets.target\\n"
      notify: [Restart it, Wait until it greets]
    - systemd: {name: greeter.socket, enabled: true, state: started, daemon_reload: true}
    - meta: flush_handlers
    - name: Break
      fail: {}
      when: broken | default(false)
  handlers:
    - name: Restart it
      systemd: {name: greeter.socket, state: restarted, daemon_reload: true}
    - name: Wait until it greets
      wait_for: {port: "{{ port }}", says: "^hello", timeout: 3}
`;
