// The way to a host: over ssh, or on the machine itself. What they need of other packages (ssh2, zx) is
// loaded when a host asks for it.

import { connectLocal } from "./local.ts";
import { connectSsh } from "./ssh.ts";
import type { Connect } from "./transport.ts";

export * from "./transport.ts";

export const connect: Connect = async (target, options) => {
  switch (target.kind) {
    case "ssh":
      return connectSsh(target, options);
    case "local":
      return connectLocal(target, options);
  }
};
