import {
  badConfigKey,
  badDnsLabel,
  badDnsSubdomain,
  badEnvironmentName,
  badPortName,
  badPortNumber,
  badQualifiedName,
  compareQuantities,
} from '@tidegate/kube';
import { type JsonObject, cloneJson, equalJson, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import { duplicateValue, forbiddenValue, invalidValue, notFoundValue, requiredValue, unsupportedValue } from '../../schema/field-errors.js';
import { volumeSourcesOf } from '../defaults/pod-defaults.js';
import type { FieldError } from '../resource-definition.js';
import { ephemeralErrors } from './ephemeral-rules.js';
import { labelErrors } from './metadata-rules.js';
import { negativeErrors } from './number-rules.js';
import { probeErrors } from './probe-rules.js';
import { resizeErrors } from './resize-rules.js';

/** The rules of a pod's spec that users meet. Required fields and closed sets of values come from the schema. */
export function podSpecErrors(spec: JsonObject | undefined, field: string): FieldError[] {
  if (!spec) return [];
  const volumes = objectsAt(spec, 'volumes');
  const volumeNames = new Set(volumes.map((volume) => textAt(volume, 'name')));
  const errors = volumeErrors(volumes, `${field}.volumes`);
  const names = new Set<string>();
  for (const list of ['containers', 'initContainers', 'ephemeralContainers']) {
    objectsAt(spec, list).forEach((container, index) => {
      const at = `${field}.${list}[${index}]`;
      errors.push(...containerErrors(container, at, volumeNames, list));
      const name = textAt(container, 'name');
      if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      if (name !== '') names.add(name);
    });
  }
  if (Array.isArray(spec.containers) && spec.containers.length === 0) errors.push(requiredValue(`${field}.containers`));
  errors.push(...negativeErrors(spec, field, 'terminationGracePeriodSeconds'), ...placementErrors(spec, field));
  return errors;
}

function placementErrors(spec: JsonObject, field: string): FieldError[] {
  const errors: FieldError[] = [...labelErrors(objectAt(spec, 'nodeSelector'), `${field}.nodeSelector`)];
  const named: [string, (name: string) => string[]][] = [
    ['nodeName', badDnsSubdomain],
    ['serviceAccountName', badDnsSubdomain],
    ['hostname', badDnsLabel],
    ['subdomain', badDnsLabel],
  ];
  for (const [key, check] of named) {
    const value = textAt(spec, key);
    if (value !== '') for (const complaint of check(value)) errors.push(invalidValue(`${field}.${key}`, value, complaint));
  }
  const deadline = numberAt(spec, 'activeDeadlineSeconds');
  if (deadline !== undefined && deadline < 1)
    errors.push(invalidValue(`${field}.activeDeadlineSeconds`, deadline, 'must be between 1 and 2147483647, inclusive'));
  objectsAt(spec, 'tolerations').forEach((toleration, index) =>
    errors.push(...tolerationErrors(toleration, `${field}.tolerations[${index}]`)),
  );
  return errors;
}

function tolerationErrors(toleration: JsonObject, field: string): FieldError[] {
  const key = textAt(toleration, 'key');
  const operator = textAt(toleration, 'operator');
  const errors = key === '' ? [] : badQualifiedName(key).map((complaint) => invalidValue(`${field}.key`, key, complaint));
  if (key === '' && operator !== 'Exists')
    errors.push(
      invalidValue(
        `${field}.operator`,
        operator,
        'operator must be Exists when `key` is empty, which means "match all values and all keys"',
      ),
    );
  if (operator !== '' && operator !== 'Equal' && operator !== 'Exists')
    errors.push(unsupportedValue(`${field}.operator`, operator, ['Equal', 'Exists']));
  return errors;
}

function containerErrors(container: JsonObject, field: string, volumes: Set<string>, list: string): FieldError[] {
  const name = textAt(container, 'name');
  const errors = name === '' ? [] : badDnsLabel(name).map((complaint) => invalidValue(`${field}.name`, name, complaint));
  const image = textAt(container, 'image');
  if (image === '') errors.push(requiredValue(`${field}.image`));
  else if (image !== image.trim()) errors.push(invalidValue(`${field}.image`, image, 'must not have leading or trailing whitespace'));
  errors.push(...portsErrors(objectsAt(container, 'ports'), `${field}.ports`));
  errors.push(...environmentErrors(objectsAt(container, 'env'), `${field}.env`));
  errors.push(...mountErrors(objectsAt(container, 'volumeMounts'), `${field}.volumeMounts`, volumes));
  errors.push(...resourceErrors(objectAt(container, 'resources'), `${field}.resources`));
  const mayProbe = list === 'containers' || (list === 'initContainers' && container.restartPolicy === 'Always');
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const given = objectAt(container, probe);
    if (!given) continue;
    if (mayProbe) errors.push(...probeErrors(given, `${field}.${probe}`, probe));
    else if (list === 'initContainers')
      errors.push(forbiddenValue(`${field}.${probe}`, 'may not be set for init containers without restartPolicy=Always'));
  }
  for (const key of ['runAsUser', 'runAsGroup']) {
    const id = numberAt(objectAt(container, 'securityContext'), key);
    if (id !== undefined && (id < 0 || id > 2147483647))
      errors.push(invalidValue(`${field}.securityContext.${key}`, id, 'must be between 0 and 2147483647, inclusive'));
  }
  return errors;
}

function portsErrors(ports: JsonObject[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap((port, index) => {
    const at = `${field}[${index}]`;
    const name = textAt(port, 'name');
    const errors: FieldError[] = [];
    if (name !== '') {
      // Kubernetes stops at the first complaint about a port's name.
      const [complaint] = badPortName(name);
      if (complaint !== undefined) errors.push(invalidValue(`${at}.name`, name, complaint));
      else if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
      names.add(name);
    }
    const number = numberAt(port, 'containerPort') ?? 0;
    if (number === 0) {
      if (port.containerPort !== undefined) errors.push(requiredValue(`${at}.containerPort`));
    } else for (const complaint of badPortNumber(number)) errors.push(invalidValue(`${at}.containerPort`, number, complaint));
    const hostPort = numberAt(port, 'hostPort') ?? 0;
    if (hostPort !== 0) for (const complaint of badPortNumber(hostPort)) errors.push(invalidValue(`${at}.hostPort`, hostPort, complaint));
    return errors;
  });
}

const fieldPaths = new Set([
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'metadata.labels',
  'metadata.annotations',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

function environmentErrors(variables: JsonObject[], field: string): FieldError[] {
  return variables.flatMap((variable, index) => {
    const at = `${field}[${index}]`;
    const name = textAt(variable, 'name');
    const errors = name === '' ? [] : badEnvironmentName(name).map((complaint) => invalidValue(`${at}.name`, name, complaint));
    const from = objectAt(variable, 'valueFrom');
    if (!from) return errors;
    const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'].filter(
      (key) => from[key] !== undefined,
    );
    const path = textAt(objectAt(from, 'fieldRef'), 'fieldPath');
    const isKnown = fieldPaths.has(path) || /^metadata\.(labels|annotations)\['[^']+'\]$/.test(path);
    if (objectAt(from, 'fieldRef') && path !== '' && !isKnown)
      errors.push(
        invalidValue(`${at}.valueFrom.fieldRef.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`),
      );
    if (sources.length === 0)
      errors.push(
        invalidValue(
          `${at}.valueFrom`,
          '',
          'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
        ),
      );
    if (textAt(variable, 'value') !== '')
      errors.push(invalidValue(`${at}.valueFrom`, '', 'may not be specified when `value` is not empty'));
    else if (sources.length > 1) errors.push(invalidValue(`${at}.valueFrom`, '', 'may not have more than one field specified at a time'));
    for (const source of ['configMapKeyRef', 'secretKeyRef']) {
      const reference = objectAt(from, source);
      const key = textAt(reference, 'key');
      if (reference && key !== '')
        for (const complaint of badConfigKey(key)) errors.push(invalidValue(`${at}.valueFrom.${source}.key`, key, complaint));
    }
    return errors;
  });
}

function mountErrors(mounts: JsonObject[], field: string, volumes: Set<string>): FieldError[] {
  const paths = new Set<string>();
  return mounts.flatMap((mount, index) => {
    const at = `${field}[${index}]`;
    const name = textAt(mount, 'name');
    const path = textAt(mount, 'mountPath');
    const errors: FieldError[] = [];
    if (name !== '' && !volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (paths.has(path) && path !== '') errors.push(invalidValue(`${at}.mountPath`, path, 'must be unique'));
    paths.add(path);
    const subPath = textAt(mount, 'subPath');
    if (subPath.startsWith('/')) errors.push(invalidValue(`${at}.subPath`, subPath, 'must be a relative path'));
    if (subPath.split('/').includes('..')) errors.push(invalidValue(`${at}.subPath`, subPath, "must not contain '..'"));
    return errors;
  });
}

function volumeErrors(volumes: JsonObject[], field: string): FieldError[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${field}[${index}]`;
    const errors: FieldError[] = volumeSourcesOf(volume)
      .slice(1)
      .map((source) => forbiddenValue(`${at}.${source}`, 'may not specify more than 1 volume type'));
    const secret = objectAt(volume, 'secret');
    if (secret && textAt(secret, 'secretName') === '') errors.push(requiredValue(`${at}.secret.secretName`));
    const configMap = objectAt(volume, 'configMap');
    if (configMap && textAt(configMap, 'name') === '') errors.push(requiredValue(`${at}.configMap.name`));
    const name = textAt(volume, 'name');
    if (name !== '') for (const complaint of badDnsLabel(name)) errors.push(invalidValue(`${at}.name`, name, complaint));
    if (names.has(name)) errors.push(duplicateValue(`${at}.name`, name));
    if (name !== '') names.add(name);
    return errors;
  });
}

const standardResources = new Set(['cpu', 'memory', 'ephemeral-storage']);

export function resourceErrors(resources: JsonObject | undefined, field: string): FieldError[] {
  const limits = objectAt(resources, 'limits') ?? {};
  const requests = objectAt(resources, 'requests') ?? {};
  const errors: FieldError[] = [];
  for (const [kind, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const)
    for (const [name, amount] of Object.entries(amounts)) {
      const at = `${field}.${kind}[${name}]`;
      if (!standardResources.has(name) && !name.startsWith('hugepages-') && !name.includes('/')) {
        errors.push(invalidValue(at, name, 'must be a standard resource type or fully qualified'));
        errors.push(invalidValue(at, name, 'must be a standard resource for containers'));
      }
      if (typeof amount === 'string' && compareQuantities(amount, '0') < 0)
        errors.push(invalidValue(at, amount, 'must be greater than or equal to 0'));
    }
  for (const name of Object.keys(requests)) {
    const request = textAt(requests, name);
    const limit = textAt(limits, name);
    if (limit !== '' && compareQuantities(request, limit) > 0)
      errors.push(invalidValue(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
  }
  return errors;
}

export const changeable =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)';

/** What an update of a pod may change. The message lacks the difference in Go's words that Kubernetes adds. */
export function podUpdateErrors(pod: JsonObject, previous: JsonObject): FieldError[] {
  const fixedPart = (object: JsonObject): JsonObject => {
    const spec = cloneJson(objectAt(object, 'spec') ?? {});
    for (const list of ['containers', 'initContainers']) for (const container of objectsAt(spec, list)) for (const key of ['image', 'resources', 'resizePolicy']) delete container[key];
    for (const key of ['activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds']) delete spec[key];
    // Binding a pod to a node, opening its gates, resizing it and adding ephemeral containers have their own rules.
    if (textAt(objectAt(previous, 'spec'), 'nodeName') === '') delete spec.nodeName;
    delete spec.schedulingGates;
    delete spec.ephemeralContainers;
    return spec;
  };
  const errors: FieldError[] = equalJson(fixedPart(pod), fixedPart(previous)) ? [] : [forbiddenValue('spec', changeable)];
  const before = objectsAt(objectAt(previous, 'spec'), 'tolerations');
  const after = objectsAt(objectAt(pod, 'spec'), 'tolerations');
  const kept = before.every((toleration) =>
    after.some((other) => equalJson({ ...toleration, tolerationSeconds: 0 }, { ...other, tolerationSeconds: 0 })),
  );
  if (!kept) errors.push(forbiddenValue('spec.tolerations', 'existing toleration can not be modified except its tolerationSeconds'));
  return errors;
}

/** All of a pod's own rules. */
export function podErrors(pod: JsonObject, previous?: JsonObject): FieldError[] {
  return [...podSpecErrors(objectAt(pod, 'spec'), 'spec'), ...ephemeralErrors(pod, previous), ...(previous ? [...resizeErrors(pod, previous), ...podUpdateErrors(pod, previous)] : [])];
}
