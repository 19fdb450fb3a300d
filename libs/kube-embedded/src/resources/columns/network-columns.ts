import { type JsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { type TableShape, ageOf, columnsOf, labelsText, nameOf, selectorText } from './table-shape.js';

export const serviceTable: TableShape = {
  columns: columnsOf('Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Selector*'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    return [
      nameOf(object),
      textAt(spec, 'type'),
      textAt(spec, 'clusterIP') || '<none>',
      externalAddress(object),
      servicePorts(spec),
      ageOf(object, now),
      labelsText(objectAt(spec, 'selector')),
    ];
  },
};

function externalAddress(service: JsonObject): string {
  const spec = objectAt(service, 'spec');
  const given = textsAt(spec, 'externalIPs');
  switch (textAt(spec, 'type')) {
    case 'ExternalName':
      return textAt(spec, 'externalName');
    case 'LoadBalancer': {
      const ingress = objectsAt(objectAt(service, 'status', 'loadBalancer'), 'ingress').map(
        (entry) => textAt(entry, 'ip') || textAt(entry, 'hostname'),
      );
      return [...ingress, ...given].join(',') || '<pending>';
    }
    default:
      return given.join(',') || '<none>';
  }
}

function servicePorts(spec: JsonObject | undefined): string {
  const ports = objectsAt(spec, 'ports').map((port) => {
    const node = numberAt(port, 'nodePort') ?? 0;
    return `${numberAt(port, 'port') ?? 0}${node > 0 ? `:${node}` : ''}/${textAt(port, 'protocol')}`;
  });
  return ports.join(',') || '<none>';
}

/** At most `limit` entries, then how many more there are. */
function shortened(entries: string[], limit: number): string {
  const more = entries.length > limit ? ` + ${entries.length - limit} more...` : '';
  return entries.slice(0, limit).join(',') + more;
}

export const endpointsTable: TableShape = {
  columns: columnsOf('Endpoints', 'Age'),
  cells(object, now) {
    const addresses = objectsAt(object, 'subsets').flatMap((subset) => {
      const ports = objectsAt(subset, 'ports');
      const ips = objectsAt(subset, 'addresses').map((address) => textAt(address, 'ip'));
      return ports.length === 0 ? ips : ports.flatMap((port) => ips.map((ip) => `${ip}:${numberAt(port, 'port') ?? 0}`));
    });
    return [nameOf(object), addresses.length === 0 ? '<none>' : shortened(addresses, 3), ageOf(object, now)];
  },
};

export const endpointSliceTable: TableShape = {
  columns: columnsOf('AddressType', 'Ports', 'Endpoints', 'Age'),
  cells(object, now) {
    const ports = objectsAt(object, 'ports').map((port) => String(numberAt(port, 'port') ?? '*'));
    const addresses = objectsAt(object, 'endpoints').flatMap((endpoint) => textsAt(endpoint, 'addresses'));
    return [
      nameOf(object),
      textAt(object, 'addressType'),
      ports.length === 0 ? '<unset>' : shortened(ports, 3),
      addresses.length === 0 ? '<unset>' : shortened(addresses, 3),
      ageOf(object, now),
    ];
  },
};

export const networkPolicyTable: TableShape = {
  columns: columnsOf('Pod-Selector', 'Age'),
  cells: (object, now) => [nameOf(object), selectorText(objectAt(object, 'spec', 'podSelector')), ageOf(object, now)],
};

export const ingressTable: TableShape = {
  columns: columnsOf('Class', 'Hosts', 'Address', 'Ports', 'Age'),
  cells(object, now) {
    const spec = objectAt(object, 'spec');
    const hosts = objectsAt(spec, 'rules')
      .map((rule) => textAt(rule, 'host'))
      .filter((host) => host !== '');
    const addresses = objectsAt(objectAt(object, 'status', 'loadBalancer'), 'ingress').map(
      (entry) => textAt(entry, 'ip') || textAt(entry, 'hostname'),
    );
    return [
      nameOf(object),
      textAt(spec, 'ingressClassName') || '<none>',
      hosts.length === 0 ? '*' : shortened(hosts, 3),
      addresses.join(','),
      objectsAt(spec, 'tls').length > 0 ? '80, 443' : '80',
      ageOf(object, now),
    ];
  },
};

export const ingressClassTable: TableShape = {
  columns: columnsOf('Controller', 'Parameters', 'Age'),
  cells(object, now) {
    const parameters = objectAt(object, 'spec', 'parameters');
    const group = textAt(parameters, 'apiGroup');
    const text = parameters ? `${textAt(parameters, 'kind')}${group === '' ? '' : `.${group}`}/${textAt(parameters, 'name')}` : '<none>';
    return [nameOf(object), textAt(objectAt(object, 'spec'), 'controller'), text, ageOf(object, now)];
  },
};

export const ipAddressTable: TableShape = {
  columns: columnsOf('ParentRef'),
  cells(object) {
    const parent = objectAt(object, 'spec', 'parentRef');
    const group = textAt(parent, 'group');
    const parts = [textAt(parent, 'resource') + (group === '' ? '' : `.${group}`), textAt(parent, 'namespace'), textAt(parent, 'name')];
    return [nameOf(object), parent ? parts.filter((part) => part !== '').join('/') : '<none>'];
  },
};

export const serviceCidrTable: TableShape = {
  columns: columnsOf('CIDRs', 'Age'),
  cells: (object, now) => [nameOf(object), textsAt(objectAt(object, 'spec'), 'cidrs').join(','), ageOf(object, now)],
};
