import { type Result, err, ok } from '@tidegate/kernel';
import { badDnsLabel, badDnsSubdomain } from '@tidegate/kube';
import { CLUSTER_LOCAL, VISIBILITY_LABEL } from '@tidegate/serving-contract';
import { domainForLabels } from './domain-config.js';
import { expandTemplate } from './go-template.js';
import { goQuote } from './go-values.js';
import { defaultDomainTemplate } from './network-config.js';
import type { ServingConfig } from './serving-config.js';

/** What of a route's metadata its hosts are made of. */
export interface HostedObject {
  name: string;
  namespace: string;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
}

/**
 * The host of a route, or of one of its tags, by config-domain and config-network. A route whose visibility label says
 * cluster-local gets its host inside the cluster. The error is Knative's sentence.
 */
export function routeHost(config: Pick<ServingConfig, 'domain' | 'network'>, route: HostedObject, tag = ''): Result<string, string> {
  const labels = route.labels ?? {};
  const name = tag === '' ? route.name : expandTemplate(config.network.tagTemplate, { Name: route.name, Tag: tag });
  const template = labels[VISIBILITY_LABEL] === CLUSTER_LOCAL ? defaultDomainTemplate : config.network.domainTemplate;
  const host = expandTemplate(template, {
    Name: name,
    Namespace: route.namespace,
    Domain: domainForLabels(config.domain, labels),
    Annotations: route.annotations ?? {},
    Labels: labels,
  });
  const complaint = badDomainName(host);
  return complaint === undefined ? ok(host) : err(`domain name error: invalid domain name ${goQuote(host)}: ${complaint}`);
}

/** IsFullyQualifiedDomainName of apimachinery, with its field named `url`. */
function badDomainName(host: string): string | undefined {
  if (host === '') return 'url: Required value';
  const name = host.endsWith('.') ? host.slice(0, -1) : host;
  const invalid = (value: string, why: string): string => `url: Invalid value: ${goQuote(value)}: ${why}`;
  const whole = badDnsSubdomain(name);
  if (whole.length > 0) return invalid(name, whole.join(','));
  const labels = name.split('.');
  if (labels.length < 2) return invalid(name, 'should be a domain with at least two segments separated by dots');
  const bad = labels.find((label) => badDnsLabel(label).length > 0);
  return bad === undefined ? undefined : invalid(bad, badDnsLabel(bad).join(','));
}
