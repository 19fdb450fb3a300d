import { type ServingConfig, defaultServingConfig, readServingConfig } from '@tidegate/serving-config';
import { defaultServingObject } from '../src/default-object.js';
import { messagesOf } from '../src/field-errors.js';
import type { JsonObject } from '../src/json.js';
import { type ServingKind, type ServingObject, readServingObject } from '../src/serving-object.js';
import { validateServingObject } from '../src/validate-object.js';

export const IMAGE = 'example.dev/hello:1';
export const container = (more: JsonObject = {}): JsonObject => ({ image: IMAGE, ...more });

/** A Service named hello with the given fields of its pod spec; `template` is the template's metadata. */
export function service(
  podSpec: JsonObject = {},
  more: { template?: JsonObject; metadata?: JsonObject; traffic?: JsonObject[] } = {},
): JsonObject {
  const spec = { containers: [container()], ...podSpec };
  return {
    metadata: { name: 'hello', namespace: 'default', ...more.metadata },
    spec: { template: { ...(more.template ? { metadata: more.template } : {}), spec }, ...(more.traffic ? { traffic: more.traffic } : {}) },
  };
}
export const withContainer = (more: JsonObject): JsonObject => service({ containers: [container(more)] });

/** The configuration that config maps of this data make; keys are their names. */
export function configured(maps: Record<string, Record<string, string>>): ServingConfig {
  const { config, broken } = readServingConfig(Object.entries(maps).map(([name, data]) => ({ metadata: { name }, data })));
  if (broken.length > 0) throw new Error(JSON.stringify(broken));
  return config;
}
export const features = (data: Record<string, string>): ServingConfig => configured({ 'config-features': data });

export function readOrThrow(kind: ServingKind, object: JsonObject): ServingObject {
  const result = readServingObject(kind, object);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

function findings(kind: ServingKind, given: JsonObject, before: JsonObject | undefined, config: ServingConfig) {
  const old = before && readOrThrow(kind, before);
  const whole = old && { ...old, spec: defaultServingObject(kind, old, undefined, '', config).spec };
  const object = readOrThrow(kind, given);
  const { spec } = defaultServingObject(kind, object, whole, '', config);
  return validateServingObject(kind, { ...object, spec }, whole, config);
}

/** What a client reads after "validation failed: ", for the object as it is once its defaults are in. */
export function complaints(kind: ServingKind, given: JsonObject, before?: JsonObject, config = defaultServingConfig): string[] {
  return messagesOf(findings(kind, given, before, config), 'error');
}

export function warnings(given: JsonObject, config = defaultServingConfig): string[] {
  return messagesOf(findings('Service', given, undefined, config), 'warning');
}
