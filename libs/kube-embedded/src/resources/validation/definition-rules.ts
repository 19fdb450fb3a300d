import { badDns1035Label, badDnsSubdomain } from '@tidegate/kube';
import { type JsonObject, cloneJson, equalJson, isJsonObject, objectAt, objectsAt, textAt, textsAt } from '@tidegate/kube/json';
import { forbiddenValue, immutable, invalidValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import { parseJsonPath } from '../../schema/json-path.js';
import { schemaRuleErrors } from '../../cel/schema-rules.js';
import { structuralErrors } from '../../schema/structural.js';
import type { FieldError, Schema } from '../resource-definition.js';
import { clientErrors } from './webhook-rules.js';

const columnTypes = ['boolean', 'date', 'integer', 'number', 'string'];
const approval = 'api-approved.kubernetes.io';

/** Rules of CustomResourceDefinition. */
export function definitionErrors(crd: JsonObject, previous?: JsonObject): FieldError[] {
  const spec = objectAt(crd, 'spec');
  if (!spec) return [];
  const names = objectAt(spec, 'names');
  const [plural, group] = [textAt(names, 'plural'), textAt(spec, 'group')];
  const name = textAt(objectAt(crd, 'metadata'), 'name');
  const errors: FieldError[] = [];
  if (name !== `${plural}.${group}`) errors.push(invalidValue('metadata.name', name, 'must be spec.names.plural+"."+spec.group'));
  if (group !== '') for (const complaint of badDnsSubdomain(group)) errors.push(invalidValue('spec.group', group, complaint));
  if (group !== '' && !group.includes('.')) errors.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  if (/(^|\.)(k8s|kubernetes)\.io$/.test(group) && textAt(objectAt(crd, 'metadata', 'annotations'), approval) === '') {
    const detail = `protected groups must have approval annotation "${approval}", see https://github.com/kubernetes/enhancements/pull/1111`;
    errors.push(requiredValue(`metadata.annotations[${approval}]`, detail));
  }
  const scope = textAt(spec, 'scope');
  if (scope !== '' && scope !== 'Cluster' && scope !== 'Namespaced')
    errors.push(unsupportedValue('spec.scope', scope, ['Cluster', 'Namespaced']));
  errors.push(...nameErrors(names), ...versionsErrors(spec, objectAt(previous, 'spec')), ...conversionErrors(objectAt(spec, 'conversion')));
  if (previous) errors.push(...updateErrors(spec, objectAt(previous, 'spec')));
  return errors;
}

function nameErrors(names: JsonObject | undefined): FieldError[] {
  const errors: FieldError[] = [];
  for (const key of ['plural', 'singular', 'kind', 'listKind']) {
    const value = textAt(names, key);
    if (value === '' && (key === 'singular' || key === 'listKind')) errors.push(requiredValue(`spec.names.${key}`));
    else if (value !== '')
      for (const complaint of badDns1035Label(value.toLowerCase())) errors.push(invalidValue(`spec.names.${key}`, value, complaint));
  }
  for (const key of ['shortNames', 'categories'])
    textsAt(names, key).forEach((value, index) => {
      for (const complaint of badDns1035Label(value)) errors.push(invalidValue(`spec.names.${key}[${index}]`, value, complaint));
    });
  return errors;
}

function versionsErrors(spec: JsonObject, previous: JsonObject | undefined): FieldError[] {
  const versions = objectsAt(spec, 'versions');
  const errors: FieldError[] = [];
  if (versions.filter((version) => version.storage === true).length !== 1)
    errors.push(invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version'));
  const seen = new Set<string>();
  versions.forEach((version, index) => {
    const name = textAt(version, 'name');
    if (name !== '')
      for (const complaint of badDns1035Label(name)) errors.push(invalidValue(`spec.versions[${index}].name`, name, complaint));
    if (seen.has(name)) errors.push(invalidValue(`spec.versions[${index}].name`, name, 'must be unique'));
    seen.add(name);
    const former = objectsAt(previous, 'versions').find((candidate) => candidate.name === name);
    errors.push(...versionErrors(version, index, versions.length, objectAt(former, 'schema', 'openAPIV3Schema')));
  });
  return errors;
}

/** A schema that is as it was `before` keeps its rules, whatever has been learned about rules since. */
function versionErrors(version: JsonObject, index: number, count: number, before: JsonObject | undefined): FieldError[] {
  const given = objectAt(version, 'schema', 'openAPIV3Schema');
  if (!given) return [requiredValue(`spec.versions[${index}].schema.openAPIV3Schema`)];
  // Kubernetes lifts what all versions share to the top before it looks; with one version that is everything.
  const field = count === 1 ? 'spec.validation.openAPIV3Schema' : `spec.versions[${index}].schema.openAPIV3Schema`;
  const schema: Schema = cloneJson(given);
  const top = count === 1 ? 'spec' : `spec.versions[${index}]`;
  const columns = objectsAt(version, 'additionalPrinterColumns').flatMap((column, position) => {
    const at = `${top}.additionalPrinterColumns[${position}]`;
    const [type, path] = [textAt(column, 'type'), textAt(column, 'jsonPath')];
    const errors =
      type !== '' && !columnTypes.includes(type) ? [invalidValue(`${at}.type`, type, `must be one of ${columnTypes.join(',')}`)] : [];
    if (path !== '' && (!path.startsWith('.') || !parseJsonPath(path)))
      errors.push(invalidValue(`${at}.JSONPath`, path, 'must be a simple json path starting with .'));
    return errors;
  });
  const structural = structuralErrors(schema, field);
  const rules = structural.length === 0 && !equalJson(given, before) ? schemaRuleErrors(schema, field) : [];
  return [...structural, ...rules, ...columns, ...selectableErrors(version, schema, top)];
}

function selectableErrors(version: JsonObject, schema: Schema, top: string): FieldError[] {
  return objectsAt(version, 'selectableFields').flatMap((selectable, position) => {
    const path = textAt(selectable, 'jsonPath');
    let node: Schema | undefined = schema;
    for (const key of path.split('.').slice(1)) node = node?.properties?.[key];
    const at = `${top}.selectableFields[${position}].jsonPath`;
    if (!path.startsWith('.') || !node) return [invalidValue(at, path, 'is an invalid path: does not refer to a valid field')];
    const scalar = node.type === 'string' || node.type === 'boolean' || node.type === 'integer';
    return scalar ? [] : [invalidValue(at, path, 'is an invalid path: does not refer to a field of type string, boolean or integer')];
  });
}

const reviewVersions = ['v1', 'v1beta1'];

/** Fields are called as in Kubernetes' internal form, which puts the webhook's beside the strategy. */
function conversionErrors(conversion: JsonObject | undefined): FieldError[] {
  const at = 'spec.conversion';
  const strategy = textAt(conversion, 'strategy');
  const webhook = objectAt(conversion, 'webhook');
  const [client, versions] = [objectAt(webhook, 'clientConfig'), textsAt(webhook, 'conversionReviewVersions')];
  const errors: FieldError[] = [];
  if (strategy !== '' && strategy !== 'None' && strategy !== 'Webhook') errors.push(unsupportedValue(`${at}.strategy`, strategy, ['None', 'Webhook']));
  if (strategy !== 'Webhook') {
    if (client) errors.push(forbiddenValue(`${at}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook'));
    if (versions.length > 0) errors.push(forbiddenValue(`${at}.conversionReviewVersions`, 'should not be set when strategy is not set to Webhook'));
    return errors;
  }
  if (!client) errors.push(requiredValue(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook'));
  errors.push(...clientErrors(client, `${at}.webhookClientConfig`));
  if (versions.length === 0) errors.push(requiredValue(`${at}.conversionReviewVersions`));
  else if (!versions.some((version) => reviewVersions.includes(version)))
    errors.push(invalidValue(`${at}.conversionReviewVersions`, versions, `must include at least one of ${reviewVersions.join(', ')}`));
  return errors;
}

function updateErrors(spec: JsonObject, before: JsonObject | undefined): FieldError[] {
  if (!before) return [];
  const errors: FieldError[] = [];
  for (const key of ['group', 'scope']) if (spec[key] !== before[key]) errors.push(invalidValue(`spec.${key}`, spec[key], immutable));
  for (const key of ['plural', 'kind']) {
    const value = objectAt(spec, 'names')?.[key];
    if (!equalJson(value, objectAt(before, 'names')?.[key]))
      errors.push(invalidValue(`spec.names.${key}`, isJsonObject(value) ? null : value, immutable));
  }
  return errors;
}
