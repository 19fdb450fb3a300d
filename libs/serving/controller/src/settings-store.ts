import type { Logger } from '@tidegate/kernel';
import { kinds, type ConfigMap, type Informer, type InformerSet } from '@tidegate/kube';
import { defaultServingConfig, readServingConfig, type ServingConfig } from '@tidegate/serving-config';
import { isSame, type ServingPlatform, type Settings } from '@tidegate/serving-plan';

/** ConfigMap of the embedded cluster that says which port answers for ports 80 and 443. */
export interface PortsSource {
  namespace: string;
  name: string;
}

const PORTS = { http: 80, https: 443 } as const;

/** The config maps as they are now: a broken one keeps its last good form, and the log says so. */
export class SettingsStore {
  private config: ServingConfig = defaultServingConfig;
  private externalPorts: ServingPlatform['externalPorts'];
  private complaints = '';
  private readonly listeners = new Set<() => void>();
  private readonly ends: (() => void)[];
  private readonly ports: Informer<ConfigMap> | undefined;

  constructor(
    private readonly configMaps: Informer<ConfigMap>,
    informers: InformerSet,
    private readonly platform: { digestsFrom: ServingPlatform['digestsFrom']; ports?: PortsSource },
    private readonly log: Logger,
  ) {
    this.ports = platform.ports && informers.informer(kinds.configMaps, { namespace: platform.ports.namespace });
    this.ends = [configMaps.onChange(() => this.read()), this.ports?.onChange(() => this.read()) ?? (() => undefined)];
  }

  current(): Settings {
    const { digestsFrom } = this.platform;
    return { config: this.config, platform: { digestsFrom, ...(this.externalPorts ? { externalPorts: this.externalPorts } : {}) } };
  }

  /** Calls `listener` whenever a setting has another value. Returns the way to end it. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    for (const end of this.ends.splice(0)) end();
    this.listeners.clear();
  }

  private read(): void {
    const before = this.comparable();
    const { config, broken } = readServingConfig(this.configMaps.list(), this.config);
    this.config = config;
    this.externalPorts = this.boundPorts();
    const complaints = broken.map((b) => `${b.name}: ${b.message}`).join('; ');
    if (complaints !== this.complaints && complaints !== '')
      this.log.warn({ complaints }, 'a config map is not valid; its last good form stays');
    this.complaints = complaints;
    if (!isSame(before, this.comparable())) for (const listener of [...this.listeners]) listener();
  }

  private boundPorts(): ServingPlatform['externalPorts'] {
    const { namespace, name } = this.platform.ports ?? {};
    const data = name === undefined ? undefined : this.ports?.get(namespace, name)?.data;
    const bound = (port: number): number | undefined => {
      const found = Number(data?.[String(port)]);
      return found && found !== port ? found : undefined;
    };
    return data && { http: bound(PORTS.http), https: bound(PORTS.https) };
  }

  /** Maps as lists: they have no text of their own. */
  private comparable(): unknown {
    const { domain, deployment, ...rest } = this.config;
    const entries = (map: ReadonlyMap<string, unknown>): unknown[] => [...map];
    return {
      ...rest,
      deployment: { ...deployment, runtimeClassNames: entries(deployment.runtimeClassNames) },
      domains: entries(domain.domains),
      ports: this.externalPorts,
    };
  }
}
