// A lab host with the web side of a relay, how it is deployed, and how a visitor asks it.

import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Host, Lab } from "../../lab/index.ts";

const REPO = fileURLToPath(new URL("../../..", import.meta.url));

export interface Run {
  readonly exitCode: number;
  /** Names of tasks and handlers that report a change. */
  readonly changed: readonly string[];
  readonly failed: readonly string[];
}

export interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export class Deployed {
  readonly host: Host;
  readonly #lab: Lab;

  constructor(lab: Lab, host: Host) {
    this.#lab = lab;
    this.host = host;
  }

  get domain(): string {
    return this.host.name;
  }

  async deploy(variables: Readonly<Record<string, unknown>>): Promise<Run> {
    const inventory = join(this.#lab.directory, "inventory.yaml");
    const host = {
      ansible_host: this.host.address,
      ansible_user: "root",
      ansible_ssh_private_key_file: this.host.identity,
      ansible_known_hosts_file: this.host.knownHosts,
      ...variables,
    };
    await writeFile(inventory, JSON.stringify({ relays: { hosts: { [this.domain]: host } } }));
    const command = ["runner/bin.mjs", "test/integration/site/pages.yaml", "-i", inventory, "--json"];
    const options = { cwd: REPO, maxBuffer: 1 << 26 };
    const { stdout, code } = await promisify(execFile)(process.execPath, command, options).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      (error: { code: number; stdout: string }) => error,
    );
    const events = stdout
      .split("\n")
      .filter(Boolean)
      .map(
        (line) =>
          JSON.parse(line) as { readonly event: string; readonly task?: string; readonly status?: string },
      );
    return {
      exitCode: code,
      changed: events.filter(({ status }) => status === "changed").map(({ task }) => task ?? ""),
      failed: events
        .filter(({ event, status }) => event === "error" || status === "failed")
        .map((event) => JSON.stringify(event)),
    };
  }

  /** As somebody outside, who does not look at the certificate. */
  ask(url: string, method = "GET", body = ""): Promise<Answer> {
    const { protocol, hostname, pathname, search } = new URL(url);
    const encrypted = protocol === "https:";
    const options = {
      host: this.host.address,
      path: pathname + search,
      method,
      headers: { Host: hostname, "Content-Length": Buffer.byteLength(body) },
      ...(encrypted ? { servername: hostname, rejectUnauthorized: false } : {}),
      agent: false,
    };
    return new Promise((resolve, reject) => {
      const request = (encrypted ? requestHttps : requestHttp)(options, async (response) => {
        let text = "";
        for await (const bytes of response) text += bytes;
        resolve({ status: response.statusCode, headers: response.headers, text });
      });
      request.on("error", reject).end(body);
    });
  }

  /** A TLS session on port 443 with these protocols offered. */
  tls(
    protocols: readonly string[],
    options: { readonly minVersion?: "TLSv1.1"; readonly maxVersion?: "TLSv1.1" | "TLSv1.2" } = {},
  ): Promise<TLSSocket> {
    return new Promise((resolve, reject) => {
      const socket = connect(
        {
          host: this.host.address,
          port: 443,
          servername: this.domain,
          rejectUnauthorized: false,
          ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
          ...options,
        },
        () => resolve(socket),
      );
      socket.on("error", reject);
    });
  }
}
