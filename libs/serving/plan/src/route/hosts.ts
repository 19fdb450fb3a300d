import { CLUSTER_LOCAL, VISIBILITY_LABEL, type Route } from '@tidegate/serving-contract';
import { TidegateError } from '@tidegate/kernel';
import type { Service } from '@tidegate/kube';
import type { RouteSettings } from '../settings.js';
import { codes, renderName } from './name-template.js';

export interface Hosts {
  /** The Route's name, or the one that its tag makes: also the name of the placeholder Service. */
  name: string;
  /** Undefined when nobody outside the cluster may ask. */
  publicHost?: string;
  /** Shortest first. */
  localHosts: string[];
}

const DNS_NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)+$/;

/** Hosts of the Route ('' as tag) or of one of its tags. Throws SERVING_NAME_TEMPLATE when the templates make no host name. */
export function hostsOf(route: Route, tag: string, placeholder: Service | undefined, settings: RouteSettings): Hosts {
  const { namespace = '' } = route.metadata ?? {};
  const name = hostNameOf(route.metadata?.name ?? '', tag, settings);
  const localHosts = [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${settings.clusterDomain}`];
  const domain = domainOf(route, settings);
  const isLocal = domain === `svc.${settings.clusterDomain}` || placeholder?.metadata?.labels?.[VISIBILITY_LABEL] === CLUSTER_LOCAL;
  return { name, localHosts, ...(isLocal ? {} : { publicHost: publicHostOf(route, name, domain, settings) }) };
}

/** Name that a tag's host begins with. */
export function hostNameOf(route: string, tag: string, settings: RouteSettings): string {
  return tag === '' ? route : renderName(settings.tagTemplate, { fields: { Name: route, Tag: tag } });
}

function publicHostOf(route: Route, name: string, domain: string, settings: RouteSettings): string {
  const { namespace = '', annotations = {}, labels = {} } = route.metadata ?? {};
  const host = renderName(settings.domainTemplate, {
    fields: { Name: name, Namespace: namespace, Domain: domain },
    maps: { Annotations: annotations, Labels: labels },
  });
  if (host.length <= 253 && DNS_NAME.test(host)) return host;
  throw new TidegateError(codes.SERVING_NAME_TEMPLATE, `invalid domain name "${host}"`, {
    remedy: 'Shorten the names, or change domain-template in ConfigMap config-network.',
  });
}

/** The domain whose selector says most about the Route's labels; of two alike the first by name. */
function domainOf(route: Route, settings: RouteSettings): string {
  const labels = route.metadata?.labels ?? {};
  if (labels[VISIBILITY_LABEL] === CLUSTER_LOCAL) return `svc.${settings.clusterDomain}`;
  const matching = settings.domains.filter((d) => Object.entries(d.selector).every(([key, value]) => labels[key] === value));
  const size = (d: (typeof matching)[number]): number => Object.keys(d.selector).length;
  matching.sort((a, b) => size(b) - size(a) || (a.domain < b.domain ? -1 : 1));
  return matching[0]?.domain ?? `svc.${settings.clusterDomain}`;
}

export function urlOf(hosts: Hosts, settings: RouteSettings): string {
  if (hosts.publicHost === undefined) return `http://${hosts.localHosts.at(-1)}`;
  return publicUrl(hosts.publicHost, settings.externalScheme, settings);
}

export function publicUrl(host: string, scheme: 'http' | 'https', settings: RouteSettings): string {
  const port = settings.externalPort === undefined ? '' : `:${settings.externalPort}`;
  return `${scheme}://${host}${port}`;
}

export function clusterLocalUrl(name: string, namespace: string, settings: RouteSettings): string {
  return `http://${name}.${namespace}.svc.${settings.clusterDomain}`;
}
