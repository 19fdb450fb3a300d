import { badDnsLabel, badDnsSubdomain } from '@tidegate/kube';
import { CLUSTER_DOMAIN, goQuote } from '@tidegate/serving-config';
import { type FieldErrors, NONE, disallowedFieldsError, fieldError, missingField, via } from './field-errors.js';
import { type JsonObject, objectAt, textAt } from './json.js';

/** Why a name is no fully qualified domain name, as Kubernetes says it of the field; undefined when it is one. */
function badDomainName(name: string): string | undefined {
  if (name === '') return 'name: Required value';
  const domain = name.endsWith('.') ? name.slice(0, -1) : name;
  const invalid = (value: string, problem: string): string => `name: Invalid value: ${goQuote(value)}: ${problem}`;
  const whole = badDnsSubdomain(domain);
  if (whole.length > 0) return invalid(domain, whole.join(','));
  const labels = domain.split('.');
  if (labels.length < 2) return invalid(domain, 'should be a domain with at least two segments separated by dots');
  const label = labels.find((l) => badDnsLabel(l).length > 0);
  return label === undefined ? undefined : invalid(label, badDnsLabel(label).join(','));
}

/** A DomainMapping's name is its domain. Paths are relative to metadata. */
export function domainIsMappable(metadata: JsonObject): FieldErrors {
  const name = textAt(metadata, 'name');
  const bad = badDomainName(name);
  return [
    ...(textAt(metadata, 'generateName') === '' ? NONE : disallowedFieldsError('generateName')),
    ...(bad === undefined ? NONE : fieldError(`invalid name ${goQuote(name)}: ${bad}`, 'name')),
    ...(name.endsWith(`.${CLUSTER_DOMAIN}`)
      ? fieldError(`invalid name ${goQuote(name)}: must not be a subdomain of cluster local domain ${goQuote(CLUSTER_DOMAIN)}`, 'name')
      : NONE),
  ];
}

/** What the domain leads to, in the mapping's own namespace. Paths are relative to spec. */
export function validateMappingSpec(spec: JsonObject, namespace: string): FieldErrors {
  const ref = objectAt(spec, 'ref') ?? {};
  const required = ['name', 'apiVersion', 'kind'].filter((field) => textAt(ref, field) === '').flatMap((field) => missingField(field));
  const refNamespace = textAt(ref, 'namespace');
  const isElsewhere = refNamespace !== '' && namespace !== '' && refNamespace !== namespace;
  const details = `parent namespace: ${goQuote(namespace)} does not match ref: ${goQuote(refNamespace)}`;
  const errors = [
    ...required,
    ...(textAt(ref, 'group') === '' ? NONE : disallowedFieldsError('group')),
    ...(isElsewhere ? fieldError('mismatched namespaces', 'namespace', details) : NONE),
  ];
  return via(errors, 'ref');
}
