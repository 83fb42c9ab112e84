// What was counted as Prometheus text, https://prometheus.io/docs/instrumenting/exposition_formats/. The names are those
// that dashboards of existing relays ask for.

import type { Census } from "./census.ts";

interface Metric {
  readonly name: string;
  readonly help: string;
  /** Labels as text, with their braces, and the value. */
  readonly samples: readonly (readonly [labels: string, value: number])[];
}

export function metrics(found: Census): string {
  const { messageBytes, extraBytes, messages, accounts, testAccounts, active } = found;
  return text([
    {
      name: "chatmail_storage_bytes",
      help: "Bytes in mailboxes: in messages, in all else, and together.",
      samples: [
        ['{kind="messages"}', messageBytes],
        ['{kind="extra"}', extraBytes],
        ['{kind="total"}', messageBytes + extraBytes],
      ],
    },
    {
      name: "chatmail_messages_bytes",
      help: "Bytes in messages of this size or larger.",
      samples: messages.map(({ from, bytes }) => [`{min_size="${from}"}`, bytes]),
    },
    {
      name: "chatmail_messages_count",
      help: "Messages of this size or larger.",
      samples: messages.map(({ from, count }) => [`{min_size="${from}"}`, count]),
    },
    {
      name: "chatmail_accounts",
      help: "Accounts: all, those of checks (ci), and the others.",
      samples: [
        ['{kind="all"}', accounts],
        ['{kind="ci"}', testAccounts],
        ['{kind="user"}', accounts - testAccounts],
      ],
    },
    {
      name: "chatmail_accounts_active",
      help: "Users who have logged in within so many days, accounts of checks aside.",
      samples: active.map(({ days, users }) => [`{days="${days}"}`, users]),
    },
  ]);
}

/** What relays told before they had the names above. */
export function legacyMetrics({ accounts, testAccounts }: Census): string {
  return text([
    { name: "accounts", help: "Accounts.", samples: [["", accounts]] },
    { name: "ci_accounts", help: "Accounts of checks.", samples: [["", testAccounts]] },
    { name: "nonci_accounts", help: "Accounts of users.", samples: [["", accounts - testAccounts]] },
  ]);
}

function text(all: readonly Metric[]): string {
  return all
    .flatMap(({ name, help, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} gauge`,
      ...samples.map(([labels, value]) => `${name}${labels} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");
}
