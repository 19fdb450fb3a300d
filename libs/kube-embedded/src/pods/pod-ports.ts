import type { Container, Pod } from '@tidegate/kube';

/** JSON on each pod: container port (or `<container>/default`) to the port that really listens. */
export const PORTS_ANNOTATION = 'embedded.tidegate.dev/ports';

/** Every port that a pod needs a real one for: its declared TCP ports, and one for each container that declares none. */
export function wantedPodPorts(pod: Pod): string[] {
  const wanted = new Set<string>();
  for (const container of portContainers(pod)) for (const key of portKeys(container)) wanted.add(key);
  return [...wanted];
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

/** HOST, PORT and PORT_<NAME> of one container. */
export function portVariables(container: Container, host: string, ports: ReadonlyMap<string, number>): Map<string, string> {
  const variables = new Map([['HOST', host]]);
  const [first] = portKeys(container);
  const main = first === undefined ? undefined : ports.get(first);
  if (main !== undefined) variables.set('PORT', String(main));
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
 * The real port for what a Service or probe names: a number or name of a declared port; an undeclared number is taken for the port of
 * the only container without declared ports, else as it is. Undefined for an unknown name.
 */
export function realPortOf(pod: Pod, ports: ReadonlyMap<string, number>, target: number | string): number | undefined {
  const containers = portContainers(pod);
  for (const container of containers) {
    const found = tcpPorts(container).find((p) => p.containerPort === target || p.name === target);
    if (found) return ports.get(String(found.containerPort)) ?? found.containerPort;
  }
  if (typeof target === 'string') return undefined;
  const open = containers.filter((c) => tcpPorts(c).length === 0);
  const [only] = open;
  return (only && open.length === 1 ? ports.get(`${only.name}/default`) : undefined) ?? target;
}

function portContainers(pod: Pod): Container[] {
  return [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')];
}

function tcpPorts(container: Container): NonNullable<Container['ports']> {
  return (container.ports ?? []).filter((p) => (p.protocol ?? 'TCP') === 'TCP');
}

function portKeys(container: Container): string[] {
  const declared = tcpPorts(container).map((p) => String(p.containerPort));
  return declared.length > 0 ? declared : [`${container.name}/default`];
}
