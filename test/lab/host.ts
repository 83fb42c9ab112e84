// One throw-away host: how to reach it, and what can be done to it from outside.
import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { endGroup, isPopulated, spawnIn, waitEmpty } from "./cgroup.ts";
import { type Outcome, type RunOptions, run } from "./command.ts";
import { type Identity, lowerOption, makeDisk, upperDirectory } from "./disk.ts";
import { LabError } from "./error.ts";
import { firstProcess, runInside } from "./inside.ts";
import { waitForSsh } from "./ready.ts";
import { removeTree } from "./remove.ts";

/** Disk layers to start other hosts from, the topmost first. */
export interface Snapshot {
  readonly layers: readonly string[];
}

/** What a host needs to know of the lab that it is in. */
export interface HostPlace {
  readonly directory: string;
  readonly machine: string;
  readonly group: string;
  readonly identity: Identity;
  readonly knownHosts: string;
  readonly layers: () => readonly string[];
  readonly setLayers: (layers: readonly string[]) => Promise<void>;
  readonly connect: () => Promise<void>;
  readonly disconnect: () => Promise<void>;
  readonly forget: () => Promise<void>;
}

export type CommandOptions = Pick<RunOptions, "input" | "timeout">;

export class Host {
  readonly name: string;
  readonly address: string;
  readonly sshPort = 22;
  /** Path of a known_hosts file with this lab's hosts. */
  readonly knownHosts: string;
  /** Path of the private key that logs in as root. */
  readonly identity: string;
  /** What the host printed on its console. */
  readonly consoleLog: string;
  readonly #place: HostPlace;

  constructor(place: HostPlace) {
    this.name = place.identity.name;
    this.address = place.identity.address;
    this.knownHosts = place.knownHosts;
    this.identity = place.identity.loginKey.path;
    this.consoleLog = join(place.directory, "console.log");
    this.#place = place;
  }

  isRunning(): Promise<boolean> {
    return isPopulated(this.#place.group);
  }

  /** Runs a shell command (or a program with arguments) as root, not through sshd; any exit status is a result. */
  exec(command: string | readonly string[], options: CommandOptions = {}): Promise<Outcome> {
    return runInside(this.#place.group, command, options);
  }

  /** As exec, but an exit status other than 0 is an error; gives the standard output. */
  async must(command: string | readonly string[], options: CommandOptions = {}): Promise<string> {
    const { stdout, stderr, status } = await this.exec(command, options);
    if (status === 0) return stdout;
    throw new LabError(
      `on ${this.name}, ${String(command).slice(0, 200)} ended with ${status}:\n${stderr || stdout}`,
    );
  }

  /** Arguments for ssh(1), to which a command may be added; the user's own configuration plays no part. */
  get sshArguments(): readonly string[] {
    const options = [
      `UserKnownHostsFile=${this.knownHosts}`,
      "StrictHostKeyChecking=yes",
      "IdentitiesOnly=yes",
    ];
    const own = ["-F", "none", "-i", this.identity, "-p", String(this.sshPort)];
    return [...own, ...options.flatMap((option) => ["-o", option]), `root@${this.address}`];
  }

  /** As exec, but as a login over the network sees it. */
  ssh(command: string, options: CommandOptions = {}): Promise<Outcome> {
    return run("ssh", ["-o", "BatchMode=yes", ...this.sshArguments, command], options);
  }

  /** Switches it on with the disk that it has. */
  async start(): Promise<void> {
    const { group, directory, machine, layers } = this.#place;
    const supervise = fileURLToPath(new URL("supervise.sh", import.meta.url));
    const program = ["unshare", "--mount", "--propagation=private", "sh", supervise];
    await spawnIn(group, [...program, lowerOption(layers()), directory, machine, this.name], {
      log: this.consoleLog,
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: "1",
        SYSTEMD_NSPAWN_API_VFS_WRITABLE: "network",
      },
    });
    await this.#ready();
  }

  /** Switches it off as its power button would; pulls the plug when that takes too long. */
  async stop(): Promise<void> {
    if (await this.isRunning()) {
      await this.exec("systemctl poweroff --no-block").catch(() => {});
      await waitEmpty(this.#place.group, 30_000);
    }
    await this.kill();
  }

  /** Pulls the plug: all its processes end at once. */
  async kill(): Promise<void> {
    await endGroup(this.#place.group);
  }

  /** Restarts it from inside, as reboot(8) does; the disk stays. */
  async reboot(): Promise<void> {
    const before = await firstProcess(this.#place.group);
    await this.must("systemctl reboot --no-block");
    for (const end = Date.now() + 60_000; ; await sleep(20)) {
      const now = await firstProcess(this.#place.group);
      if (now !== undefined && now !== before) break;
      if (Date.now() > end) throw new LabError(`${this.name} did not reboot; see ${this.consoleLog}`);
    }
    await this.#ready();
  }

  /** Throws away all that happened on it: the disk is again the layers that it was made from. Keys stay. */
  async reset(): Promise<void> {
    await this.kill();
    await this.#place.disconnect();
    await this.prepare();
    await this.start();
  }

  /** Makes its network and an empty disk with its name and keys; the host must be off. */
  async prepare(): Promise<void> {
    await mkdir(this.#place.directory, { recursive: true });
    await this.#place.connect();
    await makeDisk(this.#place.directory, this.#place.identity);
  }

  /** Freezes its disk as it is now and goes on above it; others can start from what is given back. */
  async snapshot(name: string): Promise<Snapshot> {
    const layer = await this.freezeTo(join(this.#place.directory, "layers", `${name}-${Date.now()}`));
    await makeDisk(this.#place.directory, this.#place.identity);
    await this.#place.setLayers(layer.layers);
    await this.start();
    return layer;
  }

  /** Switches it off for good and moves its disk to this directory. */
  async freezeTo(layer: string): Promise<Snapshot> {
    await this.stop();
    await mkdir(join(layer, ".."), { recursive: true });
    await rename(upperDirectory(this.#place.directory), layer);
    return { layers: [layer, ...this.#place.layers()] };
  }

  /** Removes it from the lab. */
  async down(): Promise<void> {
    await this.kill();
    await this.#place.disconnect();
    // One of this name that is made later begins with an empty disk; layers stay, since others may stand on them.
    await removeTree(upperDirectory(this.#place.directory));
    await this.#place.forget();
  }

  async #ready(): Promise<void> {
    await waitForSsh(this, () => this.isRunning());
    // sshd greets before the last units have started; "degraded" is for the tests to complain about.
    await this.exec("systemctl is-system-running --wait");
  }
}
