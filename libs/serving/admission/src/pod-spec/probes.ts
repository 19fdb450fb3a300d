import {
  type FieldErrors,
  NONE,
  disallowedFieldsError,
  fieldError,
  invalidValue,
  missingOneOf,
  multipleOneOf,
  outOfBounds,
  via,
} from '../field-errors.js';
import { type JsonObject, numberAt, objectAt, own } from '../json.js';
import type { ServingPort } from './container-ports.js';

const LARGEST_INT32 = 2_147_483_647;
const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

/**
 * A probe of the container that serves, whose port need not be named, or (without `port`) of one beside it, where it must. Paths are
 * relative to the probe; they are Knative's, which puts findings about one handler below the next.
 */
export function validateProbe(probe: JsonObject, port: ServingPort | undefined): FieldErrors {
  let errors: FieldErrors = NONE;
  const handlers: string[] = [];
  for (const name of ['httpGet', 'tcpSocket']) {
    const handler = objectAt(probe, name);
    if (!handler) continue;
    handlers.push(name);
    errors = [...via(errors, name), ...handlerPortIsRight(own(handler, 'port') ?? 0, `${name}.port`, port)];
  }
  for (const [name, inMessages] of [
    ['exec', 'exec'],
    ['grpc', 'gRPC'],
  ] as const) {
    if (!objectAt(probe, name)) continue;
    handlers.push(inMessages);
    errors = via(errors, name);
  }
  if (handlers.length === 0) return [...errors, ...missingOneOf('httpGet', 'tcpSocket', 'exec', 'grpc')];
  return handlers.length > 1 ? [...errors, ...multipleOneOf(...handlers)] : errors;
}

function handlerPortIsRight(value: unknown, path: string, port: ServingPort | undefined): FieldErrors {
  if (port)
    return typeof value === 'string' && value !== '' && value !== port.name
      ? invalidValue(value, path, 'Probe port must match container port')
      : NONE;
  return value === '' || value === 0 ? invalidValue(value, path, 'Probe port must be specified') : NONE;
}

export function validateReadinessProbe(probe: JsonObject, port: ServingPort | undefined): FieldErrors {
  const of = (name: string): number => numberAt(probe, name) ?? 0;
  const atLeast = (least: number, name: string): FieldErrors =>
    of(name) < least ? outOfBounds(of(name), least, LARGEST_INT32, name) : NONE;
  // No period: probed as often as the platform can, so that counts and timeouts of a probe have no meaning.
  const unset = (name: string): FieldErrors =>
    of(name) === 0 ? NONE : fieldError(`${name} is disallowed when periodSeconds is zero`, name);
  return [
    ...validateProbe(probe, port),
    ...atLeast(0, 'periodSeconds'),
    ...atLeast(0, 'initialDelaySeconds'),
    ...atLeast(1, 'successThreshold'),
    ...(of('periodSeconds') === 0
      ? [...unset('failureThreshold'), ...unset('timeoutSeconds')]
      : [...atLeast(1, 'timeoutSeconds'), ...atLeast(1, 'failureThreshold')]),
  ];
}

/** Containers beside the serving one have no probes unless a flag says so. */
export function probeIsUnset(probe: JsonObject): FieldErrors {
  const found = new Set(Object.keys(probe).map((name) => (HANDLERS.includes(name) ? '' : name)));
  return found.size === 0 ? NONE : disallowedFieldsError(...[...found].sort());
}
