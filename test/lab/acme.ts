// The lab's certificate authority: pebble(1), an ACME server (RFC 8555) for tests, on an address of its own. It asks
// the hosts' resolver for names and connects to their ports 80 and 443, as a public authority does. It remembers
// nothing: after a start of it there is another root, and accounts and orders are gone.
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { get } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { acmeNumber, address, gatewayNumber } from "./addresses.ts";
import { must } from "./command.ts";
import { LabError } from "./error.ts";
import { addAddress, endService, type LabPlace, startService } from "./service.ts";

export interface Acme {
  readonly directoryUrl: string;
  /** What clients must agree to. */
  readonly termsUrl: string;
  /** PEM of the authority that vouches for the directory's own address; the same as long as there is the lab. */
  readonly caFile: string;
  /** PEM of the roots of issued certificates, the present one first; there are more after it was started again. */
  readonly rootFile: string;
  /** How long certificates that are issued from now on are valid. */
  readonly certificateSeconds: number;
}

export interface AcmeOptions {
  /** By default what it was before; at first 90 days, as public authorities have it. */
  readonly certificateSeconds?: number;
}

const service = "acme";
const port = 14000;
const managementPort = 15000;
const defaultSeconds = 90 * 24 * 3600;
const termsUrl = "data:text/plain,Do%20what%20thou%20wilt";

const fileOf = (place: LabPlace, name: string): string => join(place.directory, "acme", name);

/** Starts it if there was one; for a lab that is opened again. */
export async function resumeAcme(place: LabPlace): Promise<void> {
  if (existsSync(fileOf(place, "pebble.json"))) await startAcme(place);
}

/** Starts it unless it runs already and issues such certificates. */
export async function startAcme(place: LabPlace, options: AcmeOptions = {}): Promise<Acme> {
  await mkdir(join(place.directory, "acme"), { recursive: true });
  const own = address(place.network, acmeNumber);
  await serverCertificate(place, own);
  const known = await readFile(fileOf(place, "pebble.json"), "utf8").catch(() => undefined);
  const certificateSeconds = options.certificateSeconds ?? (known ? secondsIn(known) : defaultSeconds);
  const wanted = configuration(place, own, certificateSeconds);
  if (known !== wanted) {
    await endService(place, service);
    await writeFile(fileOf(place, "pebble.json"), wanted);
  }
  await addAddress(place, acmeNumber);
  const resolver = `${address(place.network, gatewayNumber)}:53`;
  await startService(place, {
    name: service,
    address: own,
    port,
    argv: ["pebble", "-config", fileOf(place, "pebble.json"), "-dnsserver", resolver],
    env: {
      PATH: process.env.PATH,
      // Otherwise it waits up to 15 seconds before it looks at a host, and by chance does not look at all or
      // refuses a request: a test's time and result would be a matter of luck.
      PEBBLE_VA_NOSLEEP: "1",
      PEBBLE_AUTHZREUSE: "0",
      PEBBLE_WFE_NONCEREJECT: "0",
    },
  });
  await keepRoot(place, own);
  return {
    directoryUrl: `https://${own}:${port}/dir`,
    termsUrl,
    caFile: fileOf(place, "ca.pem"),
    rootFile: fileOf(place, "root.pem"),
    certificateSeconds,
  };
}

const configuration = (place: LabPlace, own: string, certificateSeconds: number): string =>
  JSON.stringify({
    pebble: {
      listenAddress: `${own}:${port}`,
      managementListenAddress: `${own}:${managementPort}`,
      certificate: fileOf(place, "server.pem"),
      privateKey: fileOf(place, "server.key"),
      httpPort: 80,
      tlsPort: 443,
      ocspResponderURL: "",
      externalAccountBindingRequired: false,
      certificateValidityPeriod: certificateSeconds,
    },
  });

const secondsIn = (text: string): number =>
  (JSON.parse(text) as { pebble: { certificateValidityPeriod: number } }).pebble.certificateValidityPeriod;

/** An authority of the lab's own, and by it a certificate for the address that clients connect to. */
async function serverCertificate(place: LabPlace, own: string): Promise<void> {
  // Written last.
  if (existsSync(fileOf(place, "server.pem"))) return;
  const newKey = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-days",
    "3650",
  ];
  const ca = ["-keyout", fileOf(place, "ca.key"), "-out", fileOf(place, "ca.pem")];
  const caUsage = ["-addext", "keyUsage=critical,keyCertSign,cRLSign"];
  await must("openssl", [
    ...newKey,
    ...ca,
    "-subj",
    `/CN=ACME server of the lab ${place.bridge}`,
    ...caUsage,
  ]);
  const unfinished = fileOf(place, "server.unfinished");
  const server = ["-keyout", fileOf(place, "server.key"), "-out", unfinished, "-subj", `/CN=${own}`];
  const by = ["-CA", fileOf(place, "ca.pem"), "-CAkey", fileOf(place, "ca.key")];
  const extensions = [`subjectAltName=IP:${own}`, "basicConstraints=critical,CA:FALSE"];
  await must("openssl", [...newKey, ...server, ...by, ...extensions.flatMap((value) => ["-addext", value])]);
  await rename(unfinished, fileOf(place, "server.pem"));
}

/** Certificates of before stay good: their roots are kept, after the present one. */
async function keepRoot(place: LabPlace, own: string): Promise<void> {
  const root = (await fetchText(`https://${own}:${managementPort}/roots/0`, fileOf(place, "ca.pem"))).trim();
  const file = fileOf(place, "root.pem");
  const known = await readFile(file, "utf8").catch(() => "");
  if (known.startsWith(root)) return;
  await writeFile(`${file}.unfinished`, `${root}\n${known}`);
  await rename(`${file}.unfinished`, file);
}

async function fetchText(url: string, caFile: string): Promise<string> {
  const ca = await readFile(caFile);
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false, timeout: 5000 }, (response) => {
      if (response.statusCode === 200) resolve(text(response));
      else reject(new LabError(`${url} answers ${response.statusCode}`));
    }).on("error", reject);
  });
}
