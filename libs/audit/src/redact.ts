import { type Operation, createPatch } from 'rfc6902';

const HIDDEN = '(hidden)';
/** Bounds of what is kept of one change. */
const MOST_OPERATIONS = 100;
const LONGEST_TEXT = 500;
const MOST_BYTES = 16 * 1024;

/** Fields whose values are secrets wherever they stand; names of environment variables and of settings are looked at in the same way. */
const SECRET_WORDS = /passw|secret|token|credential|api[-_]?key|private[-_]?key|authorization|cookie|dsn|connection[-_]?string/i;
/** Contain the words and are no secrets: they name where one is. */
const NAMES_OF_SECRETS = /(name|namespace|ref|refs|file|secretname|serviceaccounttoken|expirationseconds|automountserviceaccounttoken)$/i;
/** Kubernetes' own bookkeeping: it changes with every write and says nothing. */
const NOISE = ['/metadata/managedFields', '/metadata/resourceVersion', '/metadata/generation', '/metadata/uid', '/metadata/creationTimestamp', '/metadata/selfLink'];
/** A copy of the whole object, secrets included. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object without what nobody may read later: values of Secrets, of fields and variables that sound like secrets, copies of either. */
export function redacted(object: unknown): unknown {
  if (isRecord(object) && object['kind'] === 'Secret') {
    const hide = (values: unknown): unknown => (isRecord(values) ? Object.fromEntries(Object.keys(values).map((k) => [k, HIDDEN])) : values);
    const { data, stringData, ...rest } = object;
    return { ...(hideSecrets(rest) as object), ...(data === undefined ? {} : { data: hide(data) }), ...(stringData === undefined ? {} : { stringData: hide(stringData) }) };
  }
  return hideSecrets(object);
}

function hideSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (typeof value === 'string') return value.length > LONGEST_TEXT ? `${value.slice(0, LONGEST_TEXT)}… (${value.length} characters)` : value;
  if (!isRecord(value)) return value;
  const isSecretVariable = typeof value['name'] === 'string' && SECRET_WORDS.test(value['name']) && 'value' in value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== LAST_APPLIED)
      .map(([key, inner]) => {
        const isSecret = (isSecretVariable && key === 'value') || (SECRET_WORDS.test(key) && !NAMES_OF_SECRETS.test(key) && !isRecord(inner) && !Array.isArray(inner));
        return [key, isSecret ? HIDDEN : hideSecrets(inner)];
      }),
  );
}

/**
 * JSON Patch from `before` to `after`, redacted and bounded: what was changed can be read, secrets can't. A secret that changed shows as a change of hidden values.
 * Either may be absent: creation and deletion.
 */
export function auditedChange(before: unknown, after: unknown): readonly unknown[] {
  const patch = createPatch(redacted(before) ?? null, redacted(after) ?? null).filter((op) => !NOISE.some((path) => op.path === path || op.path.startsWith(`${path}/`)));
  const stripped = patch.map(withoutNoise).slice(0, MOST_OPERATIONS);
  const all: readonly unknown[] = patch.length > MOST_OPERATIONS ? [...stripped, { op: 'cut', of: patch.length }] : stripped;
  return Buffer.byteLength(JSON.stringify(all)) > MOST_BYTES ? stripped.map(({ op, path }) => ({ op, path })) : all;
}

/** A whole object that is added brings its bookkeeping along. */
function withoutNoise(operation: Operation): Operation {
  if (operation.path !== '' || !('value' in operation) || !isRecord(operation.value) || !isRecord(operation.value['metadata'])) return operation;
  const metadata = Object.fromEntries(Object.entries(operation.value['metadata']).filter(([key]) => !NOISE.includes(`/metadata/${key}`)));
  return { ...operation, value: { ...operation.value, metadata } as Json } as Operation;
}
