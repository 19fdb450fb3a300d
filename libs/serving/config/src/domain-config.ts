import type { Result } from '@tidegate/kernel';
import { CLUSTER_LOCAL, VISIBILITY_LABEL } from '@tidegate/serving-contract';
import { type ConfigData, parsing, refuse } from './config-keys.js';
import { type Selector, mostSpecific, parseYamlMapping, selectorOf } from './labelled-choice.js';

export const CLUSTER_DOMAIN = 'cluster.local';
const CLUSTER_LOCAL_DOMAIN = `svc.${CLUSTER_DOMAIN}`;

/** config-domain: the domain that a route's public hosts end with, chosen by the route's labels. */
export interface DomainConfig {
  domains: ReadonlyMap<string, { selector: Selector; type: string }>;
}

const TARGET = 'config.domainInternalConfig';

export const defaultDomainConfig: DomainConfig = { domains: new Map([[CLUSTER_LOCAL_DOMAIN, { selector: {}, type: 'wildcard' }]]) };

export function parseDomainConfig(data: ConfigData): Result<DomainConfig, string> {
  return parsing(() => {
    const domains = new Map<string, { selector: Selector; type: string }>();
    let hasDefault = false;
    for (const [domain, text] of Object.entries(data)) {
      if (domain === '_example') continue;
      const mapping = parseYamlMapping(text, TARGET);
      if (!mapping.ok) return refuse(mapping.error);
      const selector = selectorOf(mapping.value, TARGET);
      if (!selector.ok) return refuse(selector.error);
      const type = mapping.value['type'];
      const isDefault = Object.keys(selector.value).length === 0;
      hasDefault ||= isDefault;
      domains.set(domain, { selector: selector.value, type: isDefault ? 'wildcard' : typeof type === 'string' ? type : '' });
    }
    // Without an entry for everyone, the rest is reachable inside the cluster only.
    if (!hasDefault) domains.set(CLUSTER_LOCAL_DOMAIN, { selector: {}, type: 'wildcard' });
    return { domains };
  });
}

/** The domain for a route with these labels: a cluster-local one's is the cluster's own, whatever is configured. */
export function domainForLabels(config: DomainConfig, labels: Readonly<Record<string, string>>): string {
  if (labels[VISIBILITY_LABEL] === CLUSTER_LOCAL) return CLUSTER_LOCAL_DOMAIN;
  return mostSpecific(config.domains, labels) ?? CLUSTER_LOCAL_DOMAIN;
}
