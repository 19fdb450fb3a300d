import { badDnsSubdomain } from '@tidegate/kube';
import { type JsonObject, isJsonObject, numberAt, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { duplicateValue, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { conditionErrors } from './policy-rules.js';
import { selectorErrors } from './selector-rules.js';

const reviewVersions = ['v1', 'v1beta1'];
const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

/** Rules of MutatingWebhookConfiguration and ValidatingWebhookConfiguration. */
export function webhookErrors(configuration: JsonObject): FieldError[] {
  const names = new Set<string>();
  return objectsAt(configuration, 'webhooks').flatMap((webhook, index) => {
    const at = `webhooks[${index}]`;
    const name = textAt(webhook, 'name');
    const errors = [
      ...nameErrors(name, `${at}.name`),
      ...objectsAt(webhook, 'rules').flatMap((rule, position) => ruleErrors(rule, `${at}.rules[${position}]`)),
    ];
    const sideEffects = textAt(webhook, 'sideEffects');
    if (sideEffects === 'Some' || sideEffects === 'Unknown')
      errors.push(unsupportedValue(`${at}.sideEffects`, sideEffects, ['None', 'NoneOnDryRun']));
    const timeout = numberAt(webhook, 'timeoutSeconds');
    if (timeout !== undefined && (timeout < 1 || timeout > 30))
      errors.push(invalidValue(`${at}.timeoutSeconds`, timeout, 'the timeout value must be between 1 and 30 seconds'));
    for (const selector of ['namespaceSelector', 'objectSelector'])
      errors.push(...selectorErrors(objectAt(webhook, selector), `${at}.${selector}`));
    errors.push(
      ...clientErrors(objectAt(webhook, 'clientConfig'), `${at}.clientConfig`),
      ...versionErrors(webhook, `${at}.admissionReviewVersions`),
    );
    errors.push(...conditionErrors(objectsAt(webhook, 'matchConditions'), `${at}.matchConditions`));
    if (name !== '' && names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    names.add(name);
    return errors;
  });
}

function nameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [];
  const errors = badDnsSubdomain(name).map((complaint) => invalidValue(field, name, complaint));
  if (name.split('.').length < 3)
    errors.push(invalidValue(field, name, 'should be a domain with at least three segments separated by dots'));
  return errors;
}

function versionErrors(webhook: JsonObject, field: string): FieldError[] {
  const versions = textsAt(webhook, 'admissionReviewVersions');
  if (versions.length === 0) return [requiredValue(field, `must specify one of ${reviewVersions.join(', ')}`)];
  return versions.some((version) => reviewVersions.includes(version))
    ? []
    : [invalidValue(field, versions, `must include at least one of ${reviewVersions.join(', ')}`)];
}

/** Rules that name resources, of webhooks and policies. */
export function ruleErrors(rule: JsonObject, field: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['operations', 'apiGroups', 'apiVersions', 'resources'])
    if (textsAt(rule, key).length === 0) errors.push(requiredValue(`${field}.${key}`));
  textsAt(rule, 'operations').forEach((operation, index) => {
    if (!operations.includes(operation)) errors.push(unsupportedValue(`${field}.operations[${index}]`, operation, operations));
  });
  for (const [key, text] of [
    ['operations', 'operations'],
    ['apiGroups', 'API groups'],
    ['apiVersions', 'API versions'],
  ] as const) {
    const values = textsAt(rule, key);
    if (values.length > 1 && values.includes('*'))
      errors.push(invalidValue(`${field}.${key}`, values, `if '*' is present, must not specify other ${text}`));
  }
  const resources = textsAt(rule, 'resources');
  if (resources.includes('*') && resources.some((resource) => resource !== '*' && !resource.includes('/')))
    errors.push(invalidValue(`${field}.resources`, resources, "if '*' is present, must not specify other resources without subresources"));
  return errors;
}

export function clientErrors(client: JsonObject | undefined, field: string): FieldError[] {
  if (!client) return [];
  const url = textAt(client, 'url');
  const service = client.service;
  if ((url === '') === !isJsonObject(service)) return [requiredValue(field, 'exactly one of url or service is required')];
  if (isJsonObject(service)) {
    const path = textAt(service, 'path');
    return path !== '' && !path.startsWith('/') ? [invalidValue(`${field}.service.path`, path, "must start with a '/'")] : [];
  }
  return urlErrors(url, `${field}.url`);
}

const urlForm = '; desired format: https://host[/path]';

function urlErrors(url: string, field: string): FieldError[] {
  if (!URL.canParse(url)) return [requiredValue(field, `url must be a valid URL${urlForm}`)];
  const parsed = new URL(url);
  const errors: FieldError[] = [];
  const scheme = parsed.protocol.replace(/:$/, '');
  if (scheme !== 'https') errors.push(invalidValue(field, scheme, `'https' is the only allowed URL scheme${urlForm}`));
  if (parsed.username !== '' || parsed.password !== '')
    errors.push(invalidValue(field, parsed.username, 'user information is not permitted in the URL'));
  if (parsed.hash !== '') errors.push(invalidValue(field, parsed.hash.slice(1), 'fragments are not permitted in the URL'));
  if (parsed.search !== '') errors.push(invalidValue(field, parsed.search.slice(1), 'query parameters are not permitted in the URL'));
  return errors;
}
