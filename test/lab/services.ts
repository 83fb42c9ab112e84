// What a lab runs beside its hosts: the package cache and the hosts' resolver always, a name server and a
// certificate authority once a test has asked for them.
import { fileURLToPath } from "node:url";
import { resumeAcme } from "./acme.ts";
import { address, gatewayNumber } from "./addresses.ts";
import { packagesDirectory } from "./base-image.ts";
import { startNameServer } from "./dns.ts";
import { startResolver } from "./resolver.ts";
import { type LabPlace, type Service, startService } from "./service.ts";
import type { LabSettings } from "./settings.ts";

export const packageCachePort = 3142;

export interface ServicesPlace extends LabPlace {
  readonly httpsOrigins: readonly string[];
}

/** Starts those that do not run. */
export async function startServices(settings: LabSettings, place: ServicesPlace): Promise<void> {
  await Promise.all([
    startService(place, packageCacheService(settings, place)),
    startResolver(place),
    startNameServer(place),
    resumeAcme(place),
  ]);
}

function packageCacheService(
  { cache, repo }: LabSettings,
  { network, httpsOrigins }: ServicesPlace,
): Service {
  const gateway = address(network, gatewayNumber);
  const daemon = fileURLToPath(new URL("package-cache-daemon.ts", import.meta.url));
  const listen = [gateway, String(packageCachePort), packagesDirectory(cache)];
  const argv = [process.execPath, "--import", "tsx", daemon, ...listen, ...httpsOrigins];
  return { name: "package-cache", address: gateway, port: packageCachePort, cwd: repo, argv };
}
