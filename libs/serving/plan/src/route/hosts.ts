import type { Service } from '@tidegate/kube';
import { CLUSTER_DOMAIN, domainForLabels, expandTemplate, routeHost } from '@tidegate/serving-config';
import { CLUSTER_LOCAL, VISIBILITY_LABEL, type Route } from '@tidegate/serving-contract';
import type { Result } from '@tidegate/kernel';
import { ok } from '@tidegate/kernel';
import type { Settings } from '../settings.js';

export interface Hosts {
  /** The Route's name, or the one that its tag makes: also the name of the placeholder Service. */
  name: string;
  /** Undefined when nobody outside the cluster may ask. */
  publicHost?: string;
  /** The name inside the cluster, in full. */
  localHost: string;
}

/** Hosts of the Route ('' as tag) or of one of its tags, or Knative's sentence about why the templates make none. */
export function hostsOf(route: Route, tag: string, placeholder: Service | undefined, { config }: Settings): Result<Hosts, string> {
  const { namespace = '', labels = {}, annotations = {} } = route.metadata ?? {};
  const name = hostNameOf(route, tag, config);
  const localHost = `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
  const isLocal =
    domainForLabels(config.domain, labels) === `svc.${CLUSTER_DOMAIN}` ||
    placeholder?.metadata?.labels?.[VISIBILITY_LABEL] === CLUSTER_LOCAL;
  if (isLocal) return ok({ name, localHost });
  const host = routeHost(config, { name: route.metadata?.name ?? '', namespace, labels, annotations }, tag);
  return host.ok ? ok({ name, localHost, publicHost: host.value }) : host;
}

/** Name that a tag's host begins with; the Route's own for ''. */
export function hostNameOf(route: Route, tag: string, config: Settings['config']): string {
  const name = route.metadata?.name ?? '';
  return tag === '' ? name : expandTemplate(config.network.tagTemplate, { Name: name, Tag: tag });
}

export function urlOf({ publicHost, localHost }: Hosts, settings: Settings): string {
  return publicHost === undefined ? `http://${localHost}` : publicUrl(publicHost, settings.config.network.defaultExternalScheme, settings);
}

export function publicUrl(host: string, scheme: string, { platform }: Settings): string {
  const port = platform.externalPorts?.[scheme === 'https' ? 'https' : 'http'];
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
}

export function clusterLocalHost(name: string, namespace: string): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}
