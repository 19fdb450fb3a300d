import { parse as parseYaml } from 'yaml';
import { ApiError, badRequest, unsupportedBody } from '../api/api-error.js';
import { ProtobufError, decodeProtobuf } from './protobuf-body.js';
import { UnreadableBody } from '../api/unreadable-body.js';

const READ = 'application/json, application/yaml, application/vnd.kubernetes.protobuf';
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
/** A patch names its kind by its content type; which ones exist is for the resource to say. */
const YAML = /^application\/(apply-patch\+)?yaml$/;
const BODY = /^application\/(json|yaml)$/;

/** A body as a value; undefined when there is none, UnreadableBody when it is no JSON. Throws 400 and 415 in the words of Kubernetes. */
export function parseBody(bytes: Buffer, method: string, contentType: string): unknown {
  const type = contentType.split(';')[0]?.trim() ?? '';
  if (bytes.length === 0) return undefined;
  // Built-in kinds of Go clients (kubectl create, controller-runtime); custom resources never come so.
  if (type === PROTOBUF) return fromProtobuf(bytes);
  const text = bytes.toString('utf8');
  // kubectl deletes with bodies of no type, and an object may come as nothing but JSON or YAML.
  if (method !== 'PATCH' && method !== 'DELETE' && !BODY.test(type)) throw unsupportedBody(READ);
  if (type.includes('cbor')) throw unsupportedBody(READ);
  try {
    return YAML.test(type) ? parseYaml(text, { maxAliasCount: 100 }) : JSON.parse(text);
  } catch (error) {
    if (method === 'PATCH') throw badRequest('invalid JSON patch');
    return new UnreadableBody(goWords(text, error));
  }
}

function fromProtobuf(bytes: Buffer): unknown {
  try {
    return decodeProtobuf(bytes);
  } catch (error) {
    if (error instanceof ProtobufError) throw unsupportedBody('application/json, application/yaml');
    throw error;
  }
}

/** Go's complaint about the same text, as near as V8's tells. */
function goWords(text: string, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (message.startsWith('Unexpected end') || message.startsWith('Unterminated'))
    return `unexpected end of JSON input (${text.slice(0, 80)})`;
  const at = Number(/position (\d+)/.exec(message)?.[1] ?? 0);
  return `invalid character '${text[at] ?? ''}' looking for beginning of value`;
}

const WRITTEN = new Set(['application/json', '*/*', 'application/*']);

/** Answers are JSON. Throws 406 when a client takes none of it; the parameters of a type (as=Table) are read elsewhere. */
export function checkAccept(accept: string | undefined): void {
  if (accept === undefined || accept.trim() === '') return;
  const types = accept.split(',').map((part) => part.split(';')[0]?.trim() ?? '');
  if (types.some((type) => WRITTEN.has(type) || type.startsWith('text/') || type.includes('openapi'))) return;
  throw new ApiError(
    406,
    'NotAcceptable',
    '406: Not Acceptable\n\nAvailable representations: application/json, application/json;stream=watch',
    {},
  );
}
