// An open lab and its hosts. Made by openLab (open.ts).
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Acme, type AcmeOptions, startAcme } from "./acme.ts";
import { address, firstHostNumber, gatewayNumber, lastHostNumber } from "./addresses.ts";
import { labGroup } from "./cgroup.ts";
import { takeDown } from "./cleanup.ts";
import { upperDirectory } from "./disk.ts";
import { loadZones, nameServerAddress, writeZone } from "./dns.ts";
import { LabError } from "./error.ts";
import { Host, type Snapshot } from "./host.ts";
import { type KeyPair, keyPair, knownHostLine } from "./keys.ts";
import { withLock } from "./lock.ts";
import { connectHost, disconnectHost, namespaceName } from "./network.ts";
import { lockOf } from "./open.ts";
import { tellResolver } from "./resolver.ts";
import { packageCachePort } from "./services.ts";
import type { LabSettings } from "./settings.ts";
import { cachedSnapshot, type SnapshotRequest } from "./snapshot.ts";
import { type HostState, type LabState, readState, writeState } from "./state.ts";

export interface HostOptions {
  /** Disk to start from; the bare base image by default. Has no effect on a host that exists. */
  readonly snapshot?: Snapshot;
  /** Last byte of its address; by default the lowest free one from 10. */
  readonly number?: number;
}

export class Lab {
  readonly name: string;
  /** Where its known_hosts, id_ed25519, logs and disks are. */
  readonly directory: string;
  readonly #settings: LabSettings;
  readonly #key: KeyPair;
  readonly #kept: boolean;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(settings: LabSettings, directory: string, key: KeyPair) {
    this.#settings = settings;
    this.directory = directory;
    this.#key = key;
    const state = this.#state();
    this.name = state.name;
    this.#kept = state.owner === undefined;
  }

  /** The address of the hosts' gateway, their package cache and their resolver. */
  get gateway(): string {
    return address(this.#state().network, gatewayNumber);
  }

  /** The host of this name: made and booted when it is new, started when it is off, as it is when it runs. */
  host(name: string, options: HostOptions = {}): Promise<Host> {
    return this.#alone(async () => {
      const host = await this.#inTurn(async () => {
        const known = this.#state().hosts.find((entry) => entry.name === name);
        const opened = await this.#open(known ?? this.#addHost(name, options));
        if (!known) await this.#nameHosts();
        return opened;
      });
      if (await host.isRunning()) return host;
      // A host that was killed while it was made has no disk yet.
      if (!existsSync(upperDirectory(this.#hostDirectory(name)))) await host.prepare();
      await host.start();
      return host;
    });
  }

  /** All hosts, running or not. */
  hosts(): Promise<Host[]> {
    return Promise.all(this.#state().hosts.map((entry) => this.#open(entry)));
  }

  /**
   * A disk that is prepared once and kept for later labs, such as "packages installed". `key` must change
   * with whatever `prepare` does.
   */
  snapshot(request: SnapshotRequest): Promise<Snapshot> {
    return cachedSnapshot(this.#settings.cache, this.#state().base, this, request);
  }

  /** The authoritative server of the zones; it runs from the first zone on. */
  get dns(): { readonly address: string } {
    return { address: nameServerAddress(this.#state()) };
  }

  /**
   * Serves a zone from this text in BIND's form, instead of what was served of it before; SOA and NS are added where
   * they are missing. Without a text the zone goes. Hosts whose names lie in a zone are known by its records only.
   */
  zone(name: string, text: string | undefined): Promise<void> {
    const work = async () => {
      const place = { ...this.#state(), directory: this.directory };
      await writeZone(place, name, text);
      await loadZones(place);
      await this.#nameHosts();
    };
    return this.#alone(() => this.#inTurn(work));
  }

  /** A certificate authority, started at the first call; with other options than before it is started again. */
  acme(options: AcmeOptions = {}): Promise<Acme> {
    const work = () => startAcme({ ...this.#state(), directory: this.directory }, options);
    return this.#alone(() => this.#inTurn(work));
  }

  /** Ends everything of this lab and removes it; images, packages and cached snapshots stay. */
  async down(): Promise<void> {
    await takeDown(this.directory);
  }

  #state(): LabState {
    const state = readState(this.directory);
    if (!state) throw new LabError(`the lab in ${this.directory} has been taken down`);
    return state;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    return this.#kept ? withLock(lockOf(this.#settings, this.name), work) : work();
  }

  /** What changes hosts or services happens one after the other, also when hosts are asked for at the same time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#queue.then(work);
    this.#queue = turn.catch(() => {});
    return turn;
  }

  #hostDirectory = (name: string): string => join(this.directory, "hosts", name);

  #addHost(name: string, { snapshot, number }: HostOptions): HostState {
    if (!/^[a-z0-9_]([a-z0-9_.-]{0,60}[a-z0-9])?$/.test(name)) {
      throw new LabError(`"${name}" cannot be a host's name: give a domain name of up to 62 characters`);
    }
    const state = this.#state();
    const taken = new Set(state.hosts.map((entry) => entry.number));
    let free = number ?? firstHostNumber;
    while (number === undefined && taken.has(free)) free++;
    if (taken.has(free) || free < firstHostNumber || free > lastHostNumber) {
      throw new LabError(`${address(state.network, free)} is taken or not for hosts; ${name} was not made`);
    }
    const entry = { name, number: free, layers: snapshot?.layers ?? [state.base] };
    writeState(this.directory, { ...state, hosts: [...state.hosts, entry] });
    return entry;
  }

  async #open({ name, number }: HostState): Promise<Host> {
    const { bridge, network } = this.#state();
    const directory = this.#hostDirectory(name);
    return new Host({
      directory,
      machine: namespaceName(bridge, number),
      group: `${labGroup(bridge)}/host-${number}`,
      knownHosts: join(this.directory, "known_hosts"),
      identity: {
        name,
        address: address(network, number),
        gateway: address(network, gatewayNumber),
        packageCachePort,
        hostKey: await keyPair(join(directory, "ssh_host_ed25519_key"), `root@${name}`),
        loginKey: this.#key,
      },
      layers: () => this.#state().hosts.find((entry) => entry.name === name)?.layers ?? [],
      setLayers: async (layers) =>
        this.#change((hosts) => hosts.map((h) => (h.name === name ? { ...h, layers } : h))),
      connect: async () => {
        await disconnectHost(bridge, number);
        await connectHost(bridge, network, number);
      },
      disconnect: () => disconnectHost(bridge, number),
      forget: () =>
        this.#inTurn(async () => {
          this.#change((hosts) => hosts.filter((entry) => entry.name !== name));
          await this.#nameHosts();
        }),
    });
  }

  #change(change: (hosts: readonly HostState[]) => readonly HostState[]): void {
    const state = this.#state();
    writeState(this.directory, { ...state, hosts: change(state.hosts) });
  }

  /** Tells the resolver and ssh of the hosts that there are. */
  async #nameHosts(): Promise<void> {
    const state = this.#state();
    const { network, hosts } = state;
    const named = hosts.map(({ name, number }) => ({ name, address: address(network, number) }));
    await tellResolver({ ...state, directory: this.directory }, named);
    const lines = named.map(async (host) => {
      const { publicKey } = await keyPair(
        join(this.#hostDirectory(host.name), "ssh_host_ed25519_key"),
        `root@${host.name}`,
      );
      return knownHostLine(host.name, host.address, publicKey);
    });
    await writeFile(join(this.directory, "known_hosts"), (await Promise.all(lines)).join(""));
  }
}
