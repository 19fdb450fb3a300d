import type { Service } from '@tidegate/kube';

export interface SeenService {
  service: Service;
  /** The address at which this pod sees it. */
  address: string;
  /** Port of the Service to the port that really answers. */
  boundPort(port: number): number | undefined;
}

/** `reviews-v1` is REVIEWS_V1 in variables. */
export function variableName(serviceName: string): string {
  return serviceName.toUpperCase().replaceAll('-', '_');
}

/** A Service has variables when it has an address of its own. */
export function hasVariables(service: Service): boolean {
  const { spec } = service;
  return (
    spec?.type !== 'ExternalName' &&
    spec?.clusterIP !== undefined &&
    spec.clusterIP !== '' &&
    spec.clusterIP !== 'None' &&
    (spec.ports ?? []).length > 0
  );
}

/** The variables that a kubelet gives a container for each Service (envvars.FromServices), with the caller's own address and the real ports. */
export function serviceVariables(services: SeenService[]): Map<string, string> {
  const variables = new Map<string, string>();
  for (const { service, address, boundPort } of services) {
    const prefix = variableName(service.metadata?.name ?? '');
    const ports = service.spec?.ports ?? [];
    const first = ports[0];
    if (!first) continue;
    const real = (port: number): number => boundPort(port) ?? port;
    variables.set(`${prefix}_SERVICE_HOST`, address);
    variables.set(`${prefix}_SERVICE_PORT`, String(real(first.port)));
    for (const port of ports) if (port.name) variables.set(`${prefix}_SERVICE_PORT_${variableName(port.name)}`, String(real(port.port)));
    variables.set(`${prefix}_PORT`, `${protocol(first.protocol)}://${address}:${real(first.port)}`);
    for (const port of ports) {
      const link = `${prefix}_PORT_${port.port}_${protocol(port.protocol).toUpperCase()}`;
      variables.set(link, `${protocol(port.protocol)}://${address}:${real(port.port)}`);
      variables.set(`${link}_PROTO`, protocol(port.protocol));
      variables.set(`${link}_PORT`, String(real(port.port)));
      variables.set(`${link}_ADDR`, address);
    }
  }
  return variables;
}

function protocol(name: string | undefined): string {
  return (name ?? 'TCP').toLowerCase();
}
