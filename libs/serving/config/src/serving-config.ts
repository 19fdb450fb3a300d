import type { Result } from '@tidegate/kernel';
import { type AutoscalerConfig, defaultAutoscalerConfig, parseAutoscalerConfig } from './autoscaler-config.js';
import type { ConfigData } from './config-keys.js';
import { type DefaultsConfig, defaultDefaultsConfig, parseDefaultsConfig } from './defaults-config.js';
import { type DeploymentConfig, defaultDeploymentConfig, parseDeploymentConfig } from './deployment-config.js';
import { type DomainConfig, defaultDomainConfig, parseDomainConfig } from './domain-config.js';
import { type FeaturesConfig, defaultFeaturesConfig, parseFeaturesConfig } from './features-config.js';
import { type GcConfig, defaultGcConfig, parseGcConfig } from './gc-config.js';
import { type NetworkConfig, defaultNetworkConfig, parseNetworkConfig } from './network-config.js';

/** All that operators have set, with defaults for what they have not. */
export interface ServingConfig {
  readonly autoscaler: AutoscalerConfig;
  readonly defaults: DefaultsConfig;
  readonly deployment: DeploymentConfig;
  readonly domain: DomainConfig;
  readonly features: FeaturesConfig;
  readonly gc: GcConfig;
  readonly network: NetworkConfig;
}

export const defaultServingConfig: ServingConfig = {
  autoscaler: defaultAutoscalerConfig,
  defaults: defaultDefaultsConfig,
  deployment: defaultDeploymentConfig,
  domain: defaultDomainConfig,
  features: defaultFeaturesConfig,
  gc: defaultGcConfig,
  network: defaultNetworkConfig,
};

const PARSERS: { [K in keyof ServingConfig]: (data: ConfigData) => Result<ServingConfig[K], string> } = {
  autoscaler: parseAutoscalerConfig,
  defaults: parseDefaultsConfig,
  deployment: parseDeploymentConfig,
  domain: parseDomainConfig,
  features: parseFeaturesConfig,
  gc: parseGcConfig,
  network: parseNetworkConfig,
};
const SECTIONS = Object.keys(PARSERS) as (keyof ServingConfig)[];

/** The names of the config maps that are read. */
export const SERVING_CONFIG_MAPS: readonly string[] = SECTIONS.map((section) => `config-${section}`);

export interface NamedConfigMap {
  metadata?: { name?: string };
  data?: ConfigData;
}

/** A config map that could not be understood, in Knative's words. */
export interface BrokenConfigMap {
  name: string;
  message: string;
}

/**
 * The configuration that these config maps of the serving namespace make; others are not looked at. One that is absent gives
 * the defaults; of a broken one `lastGood`'s section stays.
 */
export function readServingConfig(
  configMaps: Iterable<NamedConfigMap>,
  lastGood: ServingConfig = defaultServingConfig,
): { config: ServingConfig; broken: BrokenConfigMap[] } {
  const config = { ...defaultServingConfig };
  const broken: BrokenConfigMap[] = [];
  for (const { metadata, data } of configMaps) {
    const section = SECTIONS.find((s) => `config-${s}` === metadata?.name);
    if (!section) continue;
    const message = readSection(config, section, data ?? {}, lastGood);
    if (message !== undefined) broken.push({ name: `config-${section}`, message });
  }
  return { config, broken };
}

/** Why a config map of that name would be refused; undefined when it is fine or none of Knative's. */
export function configMapComplaint(name: string, data: ConfigData): string | undefined {
  const section = SECTIONS.find((s) => `config-${s}` === name);
  return section && readSection({ ...defaultServingConfig }, section, data, defaultServingConfig);
}

function readSection<K extends keyof ServingConfig>(
  into: { -readonly [S in keyof ServingConfig]: ServingConfig[S] },
  section: K,
  data: ConfigData,
  lastGood: ServingConfig,
): string | undefined {
  const parsed: Result<ServingConfig[K], string> = PARSERS[section](data);
  into[section] = parsed.ok ? parsed.value : lastGood[section];
  return parsed.ok ? undefined : parsed.error;
}
