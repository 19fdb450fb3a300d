import { type Logger, TidegateError } from '@tidegate/kernel';
import { type ConfigMap, type EventRecorder, type KubeClient, kinds } from '@tidegate/kube';
import { codes } from './errors.js';
import { PortClaims } from './port-claims.js';
import { portIsHeldFor } from './port-holder.js';
import { type PortSource, chooseBoundPort, formatMapping, parseMapping } from './port-mapping.js';

export const SYSTEM_NAMESPACE = 'tidegate-system';
export const PORTS_CONFIG_MAP = 'loopback-ports';

export interface LoopbackPortsOptions {
  client: KubeClient;
  events: EventRecorder;
  log: Logger;
  source: Omit<PortSource, 'take'>;
  /** A process whose command line names this folder is the instance's own Envoy. */
  dataDir: string;
}

/**
 * Which real port answers for a port of a Service or Gateway: ConfigMap tidegate-system/loopback-ports. It is the only promise about
 * ports: Envoy binds what is written there, pods are told what is written there. Writes are serial.
 */
export class LoopbackPorts {
  private mapping: ReadonlyMap<number, number> = new Map();
  private tail: Promise<unknown> = Promise.resolve();
  private readonly options: LoopbackPortsOptions;
  private readonly claims = new PortClaims();

  constructor(options: LoopbackPortsOptions) {
    this.options = options;
  }

  /** Other instances may take the ports. */
  stop(): void {
    this.claims.stop();
  }

  boundPort(port: number): number | undefined {
    return this.mapping.get(port);
  }

  /** Reads the mapping of the last run and replaces the ports that somebody else took meanwhile. Call before Envoy starts. */
  verify(): Promise<void> {
    return this.serially(async () => {
      const existing = await this.options.client.get(kinds.configMaps, PORTS_CONFIG_MAP, SYSTEM_NAMESPACE);
      const before = parseMapping(existing?.data);
      const kept = new Map<number, number>();
      for (const [port, bound] of before) if (await this.isStillOurs(bound)) kept.set(port, bound);
      const after = new Map(kept);
      const moved: string[] = [];
      for (const [port, bound] of before) {
        if (after.has(port)) continue;
        const other = await this.choose(port, after);
        after.set(port, other);
        moved.push(`port ${port} moved from ${bound}, which another program took, to ${other}`);
      }
      const written = await this.write(existing, before, after);
      for (const message of moved) this.options.events.record(written, { type: 'Warning', reason: 'PortMoved', message });
    });
  }

  /** Makes the mapping exactly `wanted`; what is mapped already keeps its bound port. */
  reconcile(wanted: number[]): Promise<void> {
    return this.change((mapping) => wanted.filter((p) => !mapping.has(p)), new Set(wanted));
  }

  /** Adds ports that a starting pod is about to be told. */
  ensure(ports: number[]): Promise<void> {
    if (ports.every((p) => this.mapping.has(p))) return Promise.resolve();
    return this.change((mapping) => ports.filter((p) => !mapping.has(p)));
  }

  private change(missing: (mapping: ReadonlyMap<number, number>) => number[], keepOnly?: Set<number>): Promise<void> {
    return this.serially(async () => {
      const after = new Map([...this.mapping].filter(([port]) => !keepOnly || keepOnly.has(port)));
      for (const port of missing(after)) after.set(port, await this.choose(port, after));
      if (sameMapping(after, this.mapping)) return;
      const existing = await this.options.client.get(kinds.configMaps, PORTS_CONFIG_MAP, SYSTEM_NAMESPACE);
      const before = this.mapping;
      const written = await this.write(existing, before, after);
      for (const [port, bound] of after) {
        if (before.has(port) || port === bound) continue;
        const why = port < this.options.source.firstAllowed ? 'this user may not bind it' : 'another program uses it';
        this.options.events.record(written, { type: 'Normal', reason: 'PortMapped', message: `port ${port} answers on ${bound}: ${why}` });
      }
    });
  }

  private async choose(port: number, mapping: ReadonlyMap<number, number>): Promise<number> {
    const { source } = this.options;
    const take = (candidate: number): Promise<boolean> => this.claims.take(candidate);
    const bound = await chooseBoundPort(port, new Set(mapping.values()), { ...source, take });
    if (bound !== undefined) return bound;
    throw new TidegateError(
      codes.EMB_PORTS_EXHAUSTED,
      `No free port is left for port ${port}: ${source.blockFirst} to ${source.blockFirst + source.blockSize - 1} are in use.`,
      {
        remedy: 'End the programs that use them, or start with another --port.',
      },
    );
  }

  private async isStillOurs(bound: number): Promise<boolean> {
    const { source, dataDir } = this.options;
    if (bound < source.firstAllowed) return false;
    if (await this.claims.take(bound)) return true;
    return portIsHeldFor(bound, dataDir) && (await this.claims.confirm(bound));
  }

  private async write(
    existing: ConfigMap | undefined,
    before: ReadonlyMap<number, number>,
    after: Map<number, number>,
  ): Promise<ConfigMap> {
    const { client } = this.options;
    const data = formatMapping(after);
    let written = existing;
    if (!existing) {
      written = await client.create(kinds.configMaps, { metadata: { name: PORTS_CONFIG_MAP, namespace: SYSTEM_NAMESPACE }, data });
    } else if (!sameMapping(before, after) || !sameMapping(parseMapping(existing.data), after)) {
      written = await client.replace(kinds.configMaps, { ...existing, data });
    }
    this.mapping = after;
    this.claims.keepOnly(new Set(after.values()));
    return written ?? {};
  }

  private serially<T>(work: () => Promise<T>): Promise<T> {
    const next = this.tail.then(work, work);
    this.tail = next.catch(() => undefined);
    return next;
  }
}

function sameMapping(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): boolean {
  return a.size === b.size && [...a].every(([port, bound]) => b.get(port) === bound);
}
