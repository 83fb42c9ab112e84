// Disks that are prepared once and kept between labs, so that a test can start where the slow part is done.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Host, Snapshot } from "./host.ts";
import type { HostOptions } from "./lab.ts";
import { withLock } from "./lock.ts";

export interface SnapshotRequest {
  readonly name: string;
  /** What the result depends on: a list of packages, a version. */
  readonly key: string;
  readonly prepare: (host: Host) => Promise<void>;
  /** Snapshot to start from; the base image by default. */
  readonly from?: Snapshot;
}

interface HostMaker {
  host(name: string, options: HostOptions): Promise<Host>;
}

export async function cachedSnapshot(
  cache: string,
  base: string,
  lab: HostMaker,
  request: SnapshotRequest,
): Promise<Snapshot> {
  const below = request.from?.layers ?? [base];
  const hash = createHash("sha256")
    .update(JSON.stringify([request.key, below]))
    .digest("hex")
    .slice(0, 12);
  const layer = join(cache, "snapshots", `${request.name}-${hash}`);
  const snapshot = { layers: [layer, ...below] };
  if (existsSync(layer)) return snapshot;
  return withLock(join(cache, "snapshots", "lock"), async () => {
    if (existsSync(layer)) return snapshot;
    const host = await lab.host(`${request.name}.snapshot`, request.from ? { snapshot: request.from } : {});
    try {
      await request.prepare(host);
      await host.freezeTo(layer);
    } finally {
      await host.down();
    }
    return snapshot;
  });
}
