import type { KubeObject } from '@tidegate/kube';
import { badRequest } from './api-error.js';
import { SelectorSyntaxError, parseLabelSelector } from './label-selector.js';

export type ObjectFilter = (object: KubeObject) => boolean;

/** Objects whose labels fit; undefined when the selector says nothing. Throws 400 in Kubernetes' words. */
export function labelFilter(selector: string | undefined): ObjectFilter | undefined {
  if (!selector?.trim()) return undefined;
  try {
    const tests = parseLabelSelector(selector);
    return ({ metadata }) => tests.every((test) => test(metadata?.labels ?? {}));
  } catch (error) {
    throw error instanceof SelectorSyntaxError ? badRequest(error.message) : error;
  }
}

const ALWAYS = ['metadata.name', 'metadata.namespace'];

/** Splits at commas that no backslash precedes. */
const TERMS = /(?<!\\),/;

function fieldOf(object: KubeObject, path: readonly string[]): string {
  let value: unknown = object;
  for (const key of path) value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return value === undefined || value === null ? '' : String(value);
}

/** Field selectors: metadata.name, metadata.namespace and what the kind allows, with = == and !=. Throws 400. */
export function fieldFilter(selector: string | undefined, allowed: readonly string[]): ObjectFilter | undefined {
  if (!selector?.trim()) return undefined;
  const tests = selector
    .split(TERMS)
    .filter(Boolean)
    .map((text) => {
      const [, field = '', operator, value = ''] = /^(.*?)(!=|==|=)(.*)$/.exec(text) ?? [];
      if (operator === undefined) throw badRequest(`invalid selector: '${selector}'; can't understand '${text}'`);
      if (!ALWAYS.includes(field) && !allowed.includes(field)) throw badRequest(unknownField(field, allowed));
      const path = field.split('.');
      const wanted = value.replace(/\\([\\,=])/g, '$1');
      return (object: KubeObject): boolean => (fieldOf(object, path) === wanted) === (operator !== '!=');
    });
  return (object) => tests.every((test) => test(object));
}

/** Kinds with fields of their own and kinds without say it differently. */
function unknownField(field: string, allowed: readonly string[]): string {
  if (allowed.length > 0) return `field label not supported: ${field}`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}

export function bothFilters(a: ObjectFilter | undefined, b: ObjectFilter | undefined): ObjectFilter | undefined {
  return a && b ? (object) => a(object) && b(object) : (a ?? b);
}
