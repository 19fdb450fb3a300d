import { InvalidInput } from './input.js';

export interface NamedObject {
  kind: string;
  /** '' for what is cluster-scoped. */
  namespace: string;
  name: string;
}

const LONGEST_ID = 1_000;

/** One id for each object of the platform: base64url of `kind:namespace/name`. It names, and gives no right. */
export const toGlobalId = (kind: string, namespace: string, name: string): string => Buffer.from(`${kind}:${namespace}/${name}`).toString('base64url');

/** Throws API_INPUT_INVALID. The parts are whatever the client wrote: they are looked up or checked like any other name. */
export function fromGlobalId(id: string, field = 'id'): NamedObject {
  const text = id.length <= LONGEST_ID ? Buffer.from(id, 'base64url').toString('utf8') : '';
  const found = /^([A-Za-z]{1,63}):([a-z0-9.-]{0,63})\/([A-Za-z0-9.:_-]{1,253})$/.exec(text);
  if (!found) throw new InvalidInput(field, `${field} is not an id of this API.`, 'Take it from the field "id" of an object.');
  return { kind: found[1] ?? '', namespace: found[2] ?? '', name: found[3] ?? '' };
}
