import { BoundedMap, type Logger } from '@tidegate/kernel';
import type { ConfigMap, Informer } from '@tidegate/kube';
import { type ScalingSettings, resolveSettings } from '@tidegate/serving-autoscale';
import { type ServingConfig, defaultServingConfig, readServingConfig } from '@tidegate/serving-config';
import type { PodAutoscaler } from '@tidegate/serving-contract';

const READ = ['config-autoscaler', 'config-deployment'];
/** Resolved settings that are kept; others are resolved again. */
const KEPT = 50_000;

/** Settings of each revision over the config maps as they are now; a broken one keeps its last good form, and the log says so. */
export class SettingsKeeper {
  private config: ServingConfig = defaultServingConfig;
  private complaints = '';
  private readonly resolved = new BoundedMap<string, { version: string; settings: ScalingSettings }>(KEPT);
  private readonly end: () => void;

  constructor(
    private readonly configMaps: Informer<ConfigMap>,
    private readonly log: Logger,
    private readonly onChange: () => void,
  ) {
    this.end = configMaps.onChange(({ object }) => READ.includes(object.metadata?.name ?? '') && this.read());
  }

  /** The same object until the PodAutoscaler or a config map changes. */
  of(key: string, pa: PodAutoscaler): ScalingSettings {
    const version = `${pa.metadata?.uid}/${pa.metadata?.resourceVersion}`;
    const known = this.resolved.get(key);
    if (known?.version === version) return known.settings;
    const settings = resolveSettings(pa, this.config.autoscaler, this.config.deployment.progressDeadlineMs);
    this.resolved.set(key, { version, settings });
    return settings;
  }

  forget(key: string): void {
    this.resolved.delete(key);
  }

  stop(): void {
    this.end();
  }

  private read(): void {
    const { config, broken } = readServingConfig(
      this.configMaps.list().filter((m) => READ.includes(m.metadata?.name ?? '')),
      this.config,
    );
    this.config = config;
    for (const key of [...this.resolved.keys()]) this.resolved.delete(key);
    const complaints = broken.map((b) => `${b.name}: ${b.message}`).join('; ');
    if (complaints !== this.complaints && complaints !== '')
      this.log.warn({ complaints }, 'a config map is not valid; its last good form stays');
    this.complaints = complaints;
    this.onChange();
  }
}
