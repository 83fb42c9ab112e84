// All that can be fuzzed; a target is made when it is needed, for some open sockets.

import type { Target } from "../target.ts";
import { configTarget } from "./config.ts";
import { createTarget } from "./create.ts";
import { dictTarget } from "./dict.ts";
import { framingTarget } from "./framing.ts";
import { mimeTarget } from "./mime.ts";
import { openpgpTarget } from "./openpgp.ts";
import { inventoryTarget, playbookTarget } from "./project.ts";
import { factsTarget, replyTarget } from "./replies.ts";
import { smtpTarget } from "./smtp.ts";
import { knownHostsTarget, sshConfigTarget } from "./ssh.ts";
import { vaultTarget } from "./vault.ts";

export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  framing: async () => framingTarget,
  mime: async () => mimeTarget,
  openpgp: async () => openpgpTarget,
  smtp: smtpTarget,
  dict: dictTarget,
  create: createTarget,
  config: async () => configTarget,
  inventory: inventoryTarget,
  playbook: playbookTarget,
  known_hosts: async () => knownHostsTarget,
  ssh_config: sshConfigTarget,
  reply: async () => replyTarget,
  facts: async () => factsTarget,
  vault: async () => vaultTarget,
};
