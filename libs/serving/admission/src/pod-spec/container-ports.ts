import { disallowedFields } from '../disallowed-fields.js';
import { type FieldErrors, NONE, fieldError, invalidValue, missingField, outOfBounds } from '../field-errors.js';
import { type JsonObject, numberAt, objectsAt, textAt } from '../json.js';

/** Of Knative's own containers: back ends, administration, metrics, profiling. */
const RESERVED_PORTS = [8008, 8012, 8013, 8022, 9090, 9091];
const NAMES = ['h2c', 'http1', ''];

export interface ServingPort {
  name: string;
  containerPort: number;
}

/** The one port that gets requests. Paths are relative to a container. */
export function servingPort(containers: readonly JsonObject[]): { port: ServingPort; errors: FieldErrors } {
  const lists = containers.map((c) => objectsAt(c, 'ports')).filter((ports) => ports.length > 0);
  const first = lists.at(-1)?.[0] ?? {};
  const port = { name: textAt(first, 'name') || 'http', containerPort: numberAt(first, 'containerPort') ?? 8080 };
  const count = lists.reduce((sum, ports) => sum + ports.length, 0);
  if (count === 0 && containers.length > 1) return { port, errors: missingField('ports') };
  const details = 'Only a single port is allowed across all containers';
  return { port, errors: count > 1 ? fieldError('more than one container port is set', 'ports', details) : NONE };
}

export function validateServingPorts(ports: readonly JsonObject[]): FieldErrors {
  const [port] = ports;
  if (!port) return NONE;
  const [name, protocol] = [textAt(port, 'name'), textAt(port, 'protocol')];
  return [
    ...validatePort(port),
    ...(protocol === '' || protocol === 'TCP' ? NONE : invalidValue(protocol, 'protocol')),
    ...(NAMES.includes(name) ? NONE : fieldError(`Port name ${name} is not allowed`, '', "Name must be empty, or one of: 'h2c', 'http1'")),
  ];
}

export const validateInitPorts = (ports: readonly JsonObject[]): FieldErrors => ports.flatMap(validatePort);

function validatePort(port: JsonObject): FieldErrors {
  const number = numberAt(port, 'containerPort') ?? 0;
  const reserved = `${number} is a reserved port`;
  return [
    ...disallowedFields(port, 'v1.ContainerPort', ['containerPort', 'name', 'protocol']),
    ...(RESERVED_PORTS.includes(number) ? invalidValue(reserved, 'containerPort', `${reserved}, please use a different value`) : NONE),
    ...(number < 0 || number > 65_535 ? outOfBounds(number, 0, 65_535, 'containerPort') : NONE),
  ];
}
