// dns_lookup: what a name server answers to the host. Reads only; many in a loop are asked at the same time.

import type { Answer } from "dns-packet";
import { type DnsQuestion, dnsAnswer } from "../facts/index.ts";
import { defineModule, type Params } from "./module.ts";

const TYPES = ["A", "AAAA", "CAA", "CNAME", "MX", "NS", "SOA", "SRV", "TXT"] as const;

const params = {
  type: "object",
  properties: {
    name: { type: "string", minLength: 1, maxLength: 254, description: "The name to look up." },
    type: { enum: TYPES, default: "A", description: "The type of records to ask for." },
    server: {
      type: "string",
      pattern: "^[A-Za-z0-9.:_-]+$",
      description: "Name or address of the server to ask; else the host's own resolver.",
    },
    port: { type: "integer", minimum: 1, maximum: 65535, default: 53, description: "Its TCP port." },
  },
  required: ["name"],
  additionalProperties: false,
} as const;

export default defineModule({
  name: "dns_lookup",
  doc: "Asks a name server for records, from the host and without any package there. Gives rcode (NOERROR, NXDOMAIN ...), authoritative, and records: the values of the type asked for, as zone files write them. Fails when the server does not answer.",
  readOnly: true,
  params,
  probe: (asked) => [dnsAnswer(question(asked))],
  plan(asked, state) {
    const answer = state.get(dnsAnswer(question(asked)));
    if (answer.kind === "silent") return { kind: "fail", message: answer.why, result: { records: [] } };
    const records = answer.records.filter(({ type }) => type === asked.type).map(written);
    const { rcode, authoritative } = answer;
    return {
      kind: "changes",
      changes: [],
      result: { name: asked.name, type: asked.type, rcode, authoritative, records },
    };
  },
});

function question({ name, type, server, port }: Params<typeof params>): DnsQuestion {
  return { name: name.replace(/(?<=.)\.$/, ""), type, server, port };
}

/** A record's data as zone files have it (RFC 1035 section 5); strings of a TXT record are joined. */
function written(record: Answer): string {
  switch (record.type) {
    case "A":
    case "AAAA":
      return record.data;
    case "CNAME":
    case "NS":
      return absolute(record.data);
    case "MX":
      return `${record.data.preference} ${absolute(record.data.exchange)}`;
    case "SRV": {
      const { priority = 0, weight = 0, port, target } = record.data;
      return `${priority} ${weight} ${port} ${absolute(target)}`;
    }
    case "CAA":
      return `${record.data.flags ?? 0} ${record.data.tag} "${record.data.value}"`;
    case "TXT":
      return Buffer.concat([record.data].flat().map((part) => Buffer.from(part))).toString();
    case "SOA":
      return `${absolute(record.data.mname)} ${absolute(record.data.rname)} ${record.data.serial ?? 0}`;
    default:
      return String((record as { data?: unknown }).data);
  }
}

function absolute(name: string): string {
  return `${name.replace(/\.$/, "")}.`;
}
