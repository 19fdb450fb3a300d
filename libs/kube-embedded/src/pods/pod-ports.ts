import type { Container, Pod } from '@tidegate/kube';

/** JSON on each pod: container port (or `<container>/default`) to the port that really listens. */
export const PORTS_ANNOTATION = 'embedded.tidegate.dev/ports';

/**
 * Every port that a container needs a real one for: the TCP ports of its manifest and of its image, the manifest's first; one when neither
 * names any. Init containers that run to their end serve nobody.
 */
export function wantedPorts(pod: Pod, container: Container, exposed: readonly number[]): string[] {
  return portContainers(pod).some((c) => c.name === container.name) ? portKeys(container, exposed) : [];
}

export function readPodPorts(pod: Pod): Map<string, number> {
  const ports = new Map<string, number>();
  try {
    const json: unknown = JSON.parse(pod.metadata?.annotations?.[PORTS_ANNOTATION] ?? '{}');
    if (typeof json !== 'object' || json === null) return ports;
    for (const [key, port] of Object.entries(json))
      if (Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536) ports.set(key, Number(port));
  } catch {
    // Edited by hand: the ports are chosen anew.
  }
  return ports;
}

/** A key that stands for a port of the manifest or image, rather than for a container that names none. */
export const isPortNumber = (key: string): boolean => /^\d+$/.test(key);

/** HOST, PORT (the first port), PORT_<NUMBER> for each port and PORT_<NAME> for each named one of a container. */
export function portVariables(
  container: Container,
  exposed: readonly number[],
  host: string,
  ports: ReadonlyMap<string, number>,
): Map<string, string> {
  const variables = new Map([['HOST', host]]);
  for (const key of portKeys(container, exposed)) {
    const real = ports.get(key);
    if (real === undefined) continue;
    if (!variables.has('PORT')) variables.set('PORT', String(real));
    if (isPortNumber(key)) variables.set(`PORT_${key}`, String(real));
  }
  for (const port of tcpPorts(container)) {
    const real = ports.get(String(port.containerPort));
    if (real !== undefined && port.name) variables.set(`PORT_${port.name.toUpperCase().replaceAll('-', '_')}`, String(real));
  }
  return variables;
}

/** The real port of a container's first port: where it must listen. Undefined when it declares none, since nobody expects it to listen then. */
export function expectedPort(container: Container, ports: ReadonlyMap<string, number>): number | undefined {
  const [first] = tcpPorts(container);
  return first === undefined ? undefined : ports.get(String(first.containerPort));
}

/**
 * The real port for what a Service or probe names: a number or name of a port of the manifest or an image; another number is taken for
 * the port of the only container that names none, else as it is. Undefined for an unknown name.
 */
export function realPortOf(pod: Pod, ports: ReadonlyMap<string, number>, target: number | string): number | undefined {
  const containers = portContainers(pod);
  for (const container of containers) {
    const found = tcpPorts(container).find((p) => p.containerPort === target || p.name === target);
    if (found) return ports.get(String(found.containerPort)) ?? found.containerPort;
  }
  if (typeof target === 'string') return undefined;
  const exposed = ports.get(String(target));
  if (exposed !== undefined) return exposed;
  const open = containers.flatMap((c) => ports.get(`${c.name}/default`) ?? []);
  const [only] = open;
  return open.length === 1 && only !== undefined ? only : target;
}

function portContainers(pod: Pod): Container[] {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')];
}

function tcpPorts(container: Container): NonNullable<Container['ports']> {
  return (container.ports ?? []).filter((p) => (p.protocol ?? 'TCP') === 'TCP');
}

function portKeys(container: Container, exposed: readonly number[]): string[] {
  const keys = new Set([...tcpPorts(container).map((p) => p.containerPort), ...exposed].map(String));
  return keys.size > 0 ? [...keys] : [`${container.name}/default`];
}
