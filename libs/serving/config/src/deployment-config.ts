import type { Result } from '@tidegate/kernel';
import { badDnsSubdomain, badLabelValue, badQualifiedName } from '@tidegate/kube';
import { ConfigKeys, type ConfigData, parsing, refuse } from './config-keys.js';
import { formatGoDuration } from './go-duration.js';
import { goQuote } from './go-values.js';
import { type Selector, isMapping, mostSpecific, parseYamlMapping, selectorOf } from './labelled-choice.js';

export type AffinityType = 'none' | 'prefer-spread-revision-over-nodes';
const AFFINITY_TYPES: readonly AffinityType[] = ['none', 'prefer-spread-revision-over-nodes'];

/** config-deployment. What it says of Knative's queue sidecar is checked and not kept: there is none here. */
export interface DeploymentConfig {
  /** Whole seconds; how long a revision may take to become ready. */
  progressDeadlineMs: number;
  digestResolutionTimeoutMs: number;
  /** Registries whose tags are not resolved to digests. */
  registriesSkippingTagResolving: readonly string[];
  defaultAffinityType: AffinityType;
  /** Runtime class by labels. */
  runtimeClassNames: ReadonlyMap<string, { selector: Selector }>;
  podIsAlwaysSchedulable: boolean;
}

export const defaultDeploymentConfig: DeploymentConfig = {
  progressDeadlineMs: 600_000,
  digestResolutionTimeoutMs: 10_000,
  registriesSkippingTagResolving: ['kind.local', 'ko.local', 'dev.local'],
  defaultAffinityType: 'prefer-spread-revision-over-nodes',
  runtimeClassNames: new Map(),
  podIsAlwaysSchedulable: false,
};

const SIDECAR_QUANTITIES = ['CPU', 'Memory', 'EphemeralStorage'].flatMap((resource) =>
  ['Request', 'Limit'].map((what): [string, string] => {
    const dashed = resource === 'EphemeralStorage' ? 'ephemeral-storage' : resource.toLowerCase();
    return [`queueSidecar${resource}${what}`, `queue-sidecar-${dashed}-${what.toLowerCase()}`];
  }),
);

export function parseDeploymentConfig(data: ConfigData): Result<DeploymentConfig, string> {
  return parsing(() => {
    const keys = new ConfigKeys(data);
    const fallback = defaultDeploymentConfig;
    const progressDeadlineMs = keys.durationMs(['progressDeadline', 'progress-deadline'], fallback.progressDeadlineMs);
    const timeoutMs = keys.durationMs(['digestResolutionTimeout', 'digest-resolution-timeout'], fallback.digestResolutionTimeoutMs);
    for (const names of SIDECAR_QUANTITIES) keys.quantity(names);
    const podIsAlwaysSchedulable = keys.bool('pod-is-always-schedulable', false);
    const inWords = formatGoDuration(progressDeadlineMs);
    if (progressDeadlineMs <= 0) refuse(`progress-deadline cannot be a non-positive duration, was ${inWords}`);
    if (progressDeadlineMs % 1000 !== 0) refuse(`progress-deadline must be rounded to a whole second, was: ${inWords}`);
    if (timeoutMs <= 0) refuse(`digest-resolution-timeout cannot be a non-positive duration, was ${formatGoDuration(timeoutMs)}`);
    return {
      progressDeadlineMs,
      digestResolutionTimeoutMs: timeoutMs,
      registriesSkippingTagResolving: keys.texts(
        ['registriesSkippingTagResolving', 'registries-skipping-tag-resolving'],
        fallback.registriesSkippingTagResolving,
      ),
      defaultAffinityType: affinityType(keys.raw('default-affinity-type')),
      runtimeClassNames: runtimeClassNames(keys.text('runtime-class-name', '')),
      podIsAlwaysSchedulable,
    };
  });
}

/** The runtime class for a revision with these labels; undefined: the cluster's default. */
export function runtimeClassForLabels(config: DeploymentConfig, labels: Readonly<Record<string, string>>): string | undefined {
  return mostSpecific(config.runtimeClassNames, labels);
}

function affinityType(raw: string | undefined): AffinityType {
  if (raw === undefined) return defaultDeploymentConfig.defaultAffinityType;
  return AFFINITY_TYPES.find((type) => type === raw) ?? refuse(`unsupported default-affinity-type value: ${goQuote(raw)}`);
}

function runtimeClassNames(text: string): DeploymentConfig['runtimeClassNames'] {
  const target = 'deployment.RuntimeClassNameLabelSelector';
  const malformed = (why: string): never => refuse(`runtime-class-name cannot be parsed, please check the format: ${why}`);
  const mapping = parseYamlMapping(text, `map[string]${target}`);
  if (!mapping.ok) return malformed(mapping.error);
  const classes = new Map<string, { selector: Selector }>();
  for (const [name, value] of Object.entries(mapping.value)) {
    if (value !== null && !isMapping(value))
      return malformed(
        `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${typeof value} into Go value of type ${target}`,
      );
    const selector = selectorOf(value ?? {}, target);
    if (!selector.ok) return malformed(selector.error);
    const badName = badDnsSubdomain(name);
    if (badName.length > 0) refuse(`runtime-class-name ${name} selector not valid DNSSubdomain: [${badName.join(' ')}]`);
    for (const [label, wanted] of Object.entries(selector.value)) {
      const [complaint] = [...badQualifiedName(label), ...badLabelValue(wanted)];
      if (complaint !== undefined) refuse(`runtime-class-name ${name} selector invalid: ${complaint}`);
    }
    classes.set(name, { selector: selector.value });
  }
  return classes;
}
