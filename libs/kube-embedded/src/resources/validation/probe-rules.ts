import { type JsonObject, numberAt, objectAt, textAt } from '@tidegate/kube/json';
import { forbiddenValue, invalidValue, requiredValue } from '../../schema/field-errors.js';
import type { FieldError } from '../resource-definition.js';
import { negativeErrors, portErrors } from './number-rules.js';

const handlers = ['exec', 'httpGet', 'tcpSocket', 'grpc'];

/** Rules of a probe; `kind` is the container's field, since only readiness may need more than one success. */
export function probeErrors(probe: JsonObject, field: string, kind: string): FieldError[] {
  const given = handlers.filter((handler) => probe[handler] !== undefined);
  const errors: FieldError[] = [];
  if (given.length === 0) errors.push(requiredValue(field, 'must specify a handler type'));
  const http = objectAt(probe, 'httpGet');
  if (http) {
    if (textAt(http, 'path') === '') errors.push(requiredValue(`${field}.httpGet.path`));
    errors.push(...portErrors(http.port, `${field}.httpGet.port`));
  }
  for (const extra of given.slice(1)) errors.push(forbiddenValue(`${field}.${extra}`, 'may not specify more than 1 handler type'));
  const socket = objectAt(probe, 'tcpSocket');
  if (socket && given[0] === 'tcpSocket') errors.push(...portErrors(socket.port, `${field}.tcpSocket.port`));
  const grpc = objectAt(probe, 'grpc');
  if (grpc && given[0] === 'grpc') errors.push(...portErrors(grpc.port, `${field}.grpc.port`));
  errors.push(
    ...negativeErrors(probe, field, 'initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'),
  );
  const successes = numberAt(probe, 'successThreshold');
  if (kind !== 'readinessProbe' && successes !== undefined && successes !== 1)
    errors.push(invalidValue(`${field}.successThreshold`, successes, 'must be 1'));
  return errors;
}
