// The file system that every host starts from: a minimal Debian with systemd and sshd, made once by mmdebstrap
// and kept. It has no Python, as some servers have none. Its name carries a hash of all that went into it.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { must } from "./command.ts";
import { aptSettings, type DebianSource, debianSources, sourcesList } from "./debian-sources.ts";
import { LabError } from "./error.ts";
import { withLock } from "./lock.ts";
import { packageCache } from "./package-cache.ts";
import { removeTree } from "./remove.ts";

const packages = ["systemd", "systemd-sysv", "dbus", "openssh-server", "iproute2", "ca-certificates"];

const files: Readonly<Record<string, string>> = {
  "etc/default/locale": "LANG=C.UTF-8\n",
  "etc/ssh/sshd_config.d/lab.conf": "HostKey /etc/ssh/ssh_host_ed25519_key\n",
  // A host is thrown away, not rescued: packages need not reach the disk before the next one is unpacked.
  "etc/dpkg/dpkg.cfg.d/lab": "force-unsafe-io\n",
};

/** What would start by itself and disturb a test, or has no use without a console. */
const masked = [
  "apt-daily.timer",
  "apt-daily-upgrade.timer",
  "console-getty.service",
  "dpkg-db-backup.timer",
  "e2scrub_all.timer",
  "e2scrub_reap.service",
  "fstrim.timer",
  "getty@.service",
  "systemd-resolved.service",
];

export const imagesDirectory = (cache: string): string => join(cache, "base");
export const packagesDirectory = (cache: string): string => join(cache, "packages");

export const httpsOrigins = (sources: readonly DebianSource[]): string[] =>
  sources.filter(({ uri }) => uri.startsWith("https:")).map(({ uri }) => new URL(uri).origin);

/** apt's own view of where Debian comes from, and the suite that is wanted. */
export interface DebianOrigin {
  readonly suite: string;
  readonly sources: readonly DebianSource[];
  /** apt's settings without which these sources may not work. */
  readonly settings: string;
}

export async function debianOrigin(suite: string): Promise<DebianOrigin> {
  const [sources, settings] = await Promise.all([debianSources(suite), aptSettings()]);
  return { suite, sources, settings };
}

/** Gives the directory of the image, building it first when there is none yet. */
export async function baseImage(
  cache: string,
  origin: DebianOrigin,
  say: (text: string) => void,
): Promise<string> {
  const { suite, sources, settings } = origin;
  const parts = JSON.stringify([suite, packages, files, masked, sourcesList(sources), settings]);
  const key = createHash("sha256").update(parts).digest("hex").slice(0, 12);
  const images = imagesDirectory(cache);
  const image = join(images, `${suite}-${key}`);
  if (existsSync(image)) return image;
  return withLock(join(images, "lock"), async () => {
    if (existsSync(image)) return image;
    await checkFileSystem(images);
    // Under the lock nobody else builds: what is unfinished was left by a build that was killed.
    for (const name of await readdir(images)) {
      if (name.endsWith(".unfinished")) await removeTree(join(images, name));
    }
    say(`building the base image for ${suite} (once, under a minute)`);
    const unfinished = `${image}.unfinished`;
    await build(cache, origin, unfinished);
    await prepare(unfinished, settings);
    await rename(unfinished, image);
    return image;
  });
}

// All that mmdebstrap starts ends with this process, and what it mounts is not seen from outside.
const confined = [
  "--pdeathsig=KILL",
  "unshare",
  "--mount",
  "--pid",
  "--fork",
  "--kill-child",
  "--mount-proc",
];

async function build(
  cache: string,
  { suite, sources, settings }: DebianOrigin,
  target: string,
): Promise<void> {
  const server = packageCache({ directory: packagesDirectory(cache), httpsOrigins: httpsOrigins(sources) });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const apt = [`Acquire::http::Proxy "http://127.0.0.1:${port}";`, ...settings.trim().split("\n")];
  const options = ["--variant=minbase", "--format=directory", `--include=${packages.join(",")}`];
  const program = ["mmdebstrap", ...options, ...apt.map((line) => `--aptopt=${line}`), suite, target, "-"];
  try {
    await must("setpriv", [...confined, ...program], { input: sourcesList(sources) });
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** Takes out what is one machine's own, and puts in what all hosts of the lab share. */
async function prepare(image: string, settings: string): Promise<void> {
  const keys = (await readdir(join(image, "etc/ssh"))).filter((name) => name.startsWith("ssh_host_"));
  const own = [
    "etc/apt/apt.conf.d/99mmdebstrap",
    "etc/hostname",
    "etc/resolv.conf",
    "var/lib/dbus/machine-id",
  ];
  for (const name of [...own, ...keys.map((key) => `etc/ssh/${key}`)]) {
    await rm(join(image, name), { force: true });
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(image, name), text);
  await writeFile(join(image, "etc/apt/apt.conf.d/90lab"), settings);
  await mkdir(join(image, "root/.ssh"), { recursive: true, mode: 0o700 });
  for (const unit of masked) {
    const path = join(image, "etc/systemd/system", unit);
    await rm(path, { force: true });
    await symlink("/dev/null", path);
  }
  // mmdebstrap makes the top with the rights of a temporary directory in some versions.
  await chmod(image, 0o755);
}

async function checkFileSystem(directory: string): Promise<void> {
  const kind = (await must("stat", ["--file-system", "--format=%T", directory])).trim();
  if (kind === "overlayfs" || kind === "nfs") {
    throw new LabError(
      `${directory} is on ${kind}, which cannot carry the hosts' disks`,
      "set CHATMAIL_LAB_CACHE",
    );
  }
}
