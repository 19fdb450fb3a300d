import type { Pod } from '@tidegate/kube';
import type { SeenService } from './service-variables.js';

export const HOSTS = '/etc/hosts';
const LOCAL = ['127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback'];

/**
 * The hosts file of a pod as a kubelet writes it, and after it the Services of its namespace: there is no name server, and the address is the
 * one that names this pod's workload as the caller. It says what was there when the container started, as the variables do.
 */
export function hostsFile(pod: Pod, podIP: string, services: readonly SeenService[]): string {
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const { hostname = name, subdomain, hostAliases } = pod.spec ?? {};
  const own = [...(subdomain ? [`${hostname}.${subdomain}.${namespace}.svc.cluster.local`] : []), hostname];
  const aliases = (hostAliases ?? []).map(({ ip, hostnames }) => [ip, ...(hostnames ?? [])].join('\t'));
  const known = services.map(({ service, address }) => {
    const at = service.metadata?.name ?? '';
    return [address, at, `${at}.${namespace}`, `${at}.${namespace}.svc`, `${at}.${namespace}.svc.cluster.local`].join('\t');
  });
  const lines = [
    '# Kubernetes-managed hosts file.',
    ...LOCAL,
    [podIP, ...own].join('\t'),
    ...section('# Entries added by HostAliases.', aliases),
    ...section('# Services of the namespace.', known),
  ];
  return `${lines.join('\n')}\n`;
}

const section = (title: string, lines: string[]): string[] => (lines.length === 0 ? [] : ['', title, ...lines]);
