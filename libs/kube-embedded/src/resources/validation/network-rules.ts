import { badDnsLabel, badDnsSubdomain, badPortNumber, badWildcardSubdomain } from '@tidegate/kube';
import { isIP } from 'node:net';
import { type JsonObject, equalJson, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { duplicateValue, immutable, invalidValue, requiredValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { labelErrors } from './metadata-rules.js';
import { portErrors } from './number-rules.js';
import { selectorErrors } from './selector-rules.js';

const notAnAddress = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

export function serviceErrors(service: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(service, 'spec');
  if (!spec) return [];
  const type = textAt(spec, 'type');
  const address = textAt(spec, 'clusterIP');
  const errors: FieldError[] = [];
  const ports = objectsAt(spec, 'ports');
  if (ports.length === 0 && address !== 'None' && type !== 'ExternalName') errors.push(requiredValue('spec.ports'));
  errors.push(...servicePortErrors(ports));
  errors.push(...labelErrors(objectAt(spec, 'selector'), 'spec.selector'));
  if (type === 'ExternalName') {
    const name = textAt(spec, 'externalName').replace(/\.$/, '');
    if (name === '') errors.push(requiredValue('spec.externalName'));
    else for (const complaint of badDnsSubdomain(name)) errors.push(invalidValue('spec.externalName', name, complaint));
  } else if (address === 'None' && type !== 'ClusterIP' && type !== '')
    errors.push(invalidValue('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`));
  else if (address !== '' && address !== 'None' && isIP(address) === 0)
    errors.push(invalidValue('spec.clusterIPs[0]', address, notAnAddress));
  const before = textAt(objectAt(previous, 'spec'), 'clusterIP');
  if (
    previous &&
    before !== '' &&
    address !== before &&
    type !== 'ExternalName' &&
    textAt(objectAt(previous, 'spec'), 'type') !== 'ExternalName'
  )
    errors.push(invalidValue('spec.clusterIPs[0]', [address], 'may not change once set'));
  return errors;
}

function servicePortErrors(ports: JsonObject[]): FieldError[] {
  const names = new Set<string>();
  const numbers = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `spec.ports[${index}]`;
    const name = textAt(port, 'name');
    const errors: FieldError[] = [];
    if (name === '' && ports.length > 1) errors.push(requiredValue(`${at}.name`));
    if (name !== '') {
      for (const complaint of badDnsLabel(name)) errors.push(invalidValue(`${at}.name`, name, complaint));
      if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      names.add(name);
    }
    const number = numberAt(port, 'port');
    if (number !== undefined) for (const complaint of badPortNumber(number)) errors.push(invalidValue(`${at}.port`, number, complaint));
    errors.push(...portErrors(port.targetPort, `${at}.targetPort`));
    const identity = `${textAt(port, 'protocol')}/${number}`;
    if (numbers.has(identity)) {
      const value = { Name: '', Protocol: textAt(port, 'protocol'), AppProtocol: null, Port: number ?? 0, TargetPort: 0, NodePort: 0 };
      errors.push(duplicateValue(at, value));
    }
    numbers.add(identity);
    return errors;
  });
}

/** As Kubernetes, but for loopback addresses: the embedded cluster's pods live on them. */
export function endpointSliceErrors(slice: JsonObject, previous?: JsonObject): FieldError[] {
  const type = textAt(slice, 'addressType');
  const names = new Set<string>();
  const errors: FieldError[] = [];
  objectsAt(slice, 'ports').forEach((port, index) => {
    const name = textAt(port, 'name');
    if (names.has(name)) errors.push(duplicateValue(`ports[${index}].name`, name));
    names.add(name);
    if (name !== '') for (const complaint of badDnsLabel(name)) errors.push(invalidValue(`ports[${index}].name`, name, complaint));
  });
  objectsAt(slice, 'endpoints').forEach((endpoint, index) => {
    const addresses = textsAt(endpoint, 'addresses');
    const at = `endpoints[${index}].addresses`;
    if (addresses.length === 0 && endpoint.addresses !== undefined) errors.push(requiredValue(at));
    addresses.forEach((address, position) => {
      const family = isIP(address);
      if (type === 'FQDN')
        for (const complaint of badDnsSubdomain(address)) errors.push(invalidValue(`${at}[${position}]`, address, complaint));
      else if (family === 0) errors.push(invalidValue(`${at}[${position}]`, address, notAnAddress));
      else if (type === `IPv${family === 4 ? 6 : 4}`)
        errors.push(invalidValue(`${at}[${position}]`, address, `must be an IPv${family === 4 ? 6 : 4} address`));
    });
  });
  if (previous && !equalJson(slice.addressType, previous.addressType))
    errors.push(invalidValue('addressType', slice.addressType, immutable));
  return errors;
}

export function ipAddressErrors(address: JsonObject, previous?: JsonObject): FieldError[] {
  const parent = objectAt(address, 'spec', 'parentRef');
  const errors = ['resource', 'name']
    .filter((key) => parent && textAt(parent, key) === '')
    .map((key) => requiredValue(`spec.parentRef.${key}`));
  if (!objectAt(address, 'spec')) errors.push(requiredValue('spec.parentRef'));
  if (previous && !equalJson(address.spec, previous.spec)) errors.push(invalidValue('spec.parentRef', parent, immutable));
  return errors;
}

export function networkPolicyErrors(policy: JsonObject): FieldError[] {
  const spec = objectAt(policy, 'spec');
  const errors = selectorErrors(objectAt(spec, 'podSelector'), 'spec.podSelector');
  for (const [direction, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const)
    objectsAt(spec, direction).forEach((rule, index) => {
      const at = `spec.${direction}[${index}]`;
      objectsAt(rule, 'ports').forEach((port, position) => errors.push(...portErrors(port.port, `${at}.ports[${position}].port`)));
      objectsAt(rule, peers).forEach((peer, position) => {
        if (Object.keys(peer).length === 0) errors.push(requiredValue(`${at}.${peers}[${position}]`, 'must specify a peer'));
      });
    });
  return errors;
}

export function ingressErrors(ingress: JsonObject): FieldError[] {
  const spec = objectAt(ingress, 'spec');
  const rules = objectsAt(spec, 'rules');
  if (rules.length === 0 && !objectAt(spec, 'defaultBackend'))
    return [invalidValue('spec', null, 'either `defaultBackend` or `rules` must be specified')];
  return rules.flatMap((rule, index) => {
    const at = `spec.rules[${index}]`;
    const host = textAt(rule, 'host');
    const check = host.includes('*') ? badWildcardSubdomain : badDnsSubdomain;
    const errors = host === '' ? [] : check(host).map((complaint) => invalidValue(`${at}.host`, host, complaint));
    objectsAt(objectAt(rule, 'http'), 'paths').forEach((path, position) =>
      errors.push(...ingressPathErrors(path, `${at}.http.paths[${position}]`)),
    );
    return errors;
  });
}

function ingressPathErrors(path: JsonObject, field: string): FieldError[] {
  const text = textAt(path, 'path');
  const errors = text !== '' && !text.startsWith('/') ? [invalidValue(`${field}.path`, text, 'must be an absolute path')] : [];
  const service = objectAt(path, 'backend', 'service');
  if (service && textAt(objectAt(service, 'port'), 'name') === '' && numberAt(objectAt(service, 'port'), 'number') === undefined)
    errors.push(requiredValue(`${field}.backend`, 'port name or number is required'));
  return errors;
}
