import { type JsonObject, cloneJson, isJsonObject, numberAt, objectAt, objectsAt, textAt } from '@tidegate/kube/json';

/**
 * HorizontalPodAutoscaler in autoscaling/v1 and v2, as pkg/apis/autoscaling/v1/conversion.go has it: v1 has one field for the one metric that it
 * knows; everything else travels in annotations, in the words of an earlier version.
 */
const PREFIX = 'autoscaling.alpha.kubernetes.io/';
const METRICS = `${PREFIX}metrics`;
const CURRENT = `${PREFIX}current-metrics`;
const CONDITIONS = `${PREFIX}conditions`;
const BEHAVIOR = `${PREFIX}behavior`;

/** In v2, of an object in v1. */
export function toAutoscalerV2(object: JsonObject): JsonObject {
  const { targetCPUUtilizationPercentage: target, ...spec } = objectAt(object, 'spec') ?? {};
  const { currentCPUUtilizationPercentage: current, ...status } = objectAt(object, 'status') ?? {};
  const metadata = { ...objectAt(object, 'metadata') };
  const annotations = { ...objectAt(metadata, 'annotations') };
  const [metrics, currentMetrics, conditions] = [METRICS, CURRENT, CONDITIONS].map((name) => listIn(annotations[name]));
  const behavior = objectIn(annotations[BEHAVIOR]);
  for (const name of [METRICS, CURRENT, CONDITIONS, BEHAVIOR]) delete annotations[name];
  if (Object.keys(annotations).length > 0) metadata.annotations = annotations;
  else delete metadata.annotations;
  const byCpu = typeof target === 'number' ? [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: target } } }] : [];
  const allMetrics = [...(metrics?.map((metric) => metricFromV1(metric, 'target')) ?? []), ...byCpu];
  const seen = currentMetrics?.map((metric) => metricFromV1(metric, 'current'));
  const seenCpu = typeof current === 'number' ? [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }] : undefined;
  const allSeen = seen ?? seenCpu;
  return cloneJson({
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata,
    spec: { ...spec, ...(allMetrics.length > 0 ? { metrics: allMetrics } : {}), ...(behavior ? { behavior: fromGoNames(behavior) } : {}) },
    ...(object.status === undefined && !allSeen && !conditions
      ? {}
      : { status: { ...status, ...(allSeen ? { currentMetrics: allSeen } : {}), ...(conditions ? { conditions } : {}) } }),
  });
}

/** In v1, of an object in v2. */
export function toAutoscalerV1(object: JsonObject): JsonObject {
  const { metrics: _metrics, behavior: _behavior, ...spec } = objectAt(object, 'spec') ?? {};
  const { currentMetrics: _current, conditions: _conditions, ...status } = objectAt(object, 'status') ?? {};
  const metrics = objectsAt(objectAt(object, 'spec'), 'metrics');
  const seen = objectsAt(objectAt(object, 'status'), 'currentMetrics');
  const conditions = objectsAt(objectAt(object, 'status'), 'conditions');
  const behavior = objectAt(object, 'spec', 'behavior');
  const others = metrics.filter((metric) => cpuShare(metric, 'target') === undefined);
  const texts: [string, unknown][] = [
    ...(others.length > 0 ? [[METRICS, others.map((metric) => metricToV1(metric, 'target'))] as [string, unknown]] : []),
    ...(seen.length > 0 ? [[CURRENT, seen.map((metric) => metricToV1(metric, 'current'))] as [string, unknown]] : []),
    ...(conditions.length > 0 ? [[CONDITIONS, conditions.map(inOrder)] as [string, unknown]] : []),
    ...(behavior ? [[BEHAVIOR, toGoNames(behavior)] as [string, unknown]] : []),
  ];
  const metadata = { ...objectAt(object, 'metadata') };
  if (texts.length > 0) metadata.annotations = { ...objectAt(metadata, 'annotations'), ...Object.fromEntries(texts.map(([name, value]) => [name, JSON.stringify(value)])) };
  const share = firstCpu(metrics, 'target');
  const current = firstCpu(seen, 'current');
  return cloneJson({
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata,
    spec: { ...spec, ...(share === undefined ? {} : { targetCPUUtilizationPercentage: share }) },
    ...(object.status === undefined ? {} : { status: { currentReplicas: 0, desiredReplicas: 0, ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) } }),
  });
}

type Side = 'target' | 'current';

/** The share of a metric on cpu; undefined for every other. */
function cpuShare(metric: JsonObject, side: Side): number | undefined {
  const resource = objectAt(metric, 'resource');
  return metric.type === 'Resource' && resource?.name === 'cpu' ? numberAt(objectAt(resource, side), 'averageUtilization') : undefined;
}

/** v1 tells of one share of cpu alone. */
function firstCpu(metrics: readonly JsonObject[], side: Side): number | undefined {
  return metrics.map((metric) => cpuShare(metric, side)).find((share) => share !== undefined);
}

const SOURCES: Record<string, string> = { Object: 'object', Pods: 'pods', Resource: 'resource', ContainerResource: 'containerResource', External: 'external' };

const given = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

/** Fields in the order in which Go prints them. */
function metricToV1(metric: JsonObject, side: Side): Record<string, unknown> {
  const type = textAt(metric, 'type');
  const key = SOURCES[type] ?? '';
  const source = objectAt(metric, key) ?? {};
  const amount = objectAt(source, side) ?? {};
  const { name, selector } = objectAt(source, 'metric') ?? {};
  const [value, average, share] = side === 'target' ? ['targetValue', 'targetAverageValue', 'targetAverageUtilization'] : ['currentValue', 'currentAverageValue', 'currentAverageUtilization'];
  // Where Go has a plain quantity, zero stands for none.
  const plain = (quantity: unknown): unknown => quantity ?? '0';
  const forms: Record<string, () => Record<string, unknown>> = {
    Object: () => ({ target: inOrderOfReference(objectAt(source, 'describedObject')), metricName: name, [value]: plain(amount.value), selector, averageValue: amount.averageValue }),
    Pods: () => ({ metricName: name, [average]: plain(amount.averageValue), selector }),
    Resource: () => ({ name: source.name, [share]: amount.averageUtilization, [average]: side === 'target' ? amount.averageValue : plain(amount.averageValue) }),
    ContainerResource: () => ({ name: source.name, [share]: amount.averageUtilization, [average]: side === 'target' ? amount.averageValue : plain(amount.averageValue), container: source.container }),
    External: () => ({ metricName: name, metricSelector: selector, [value]: side === 'target' ? amount.value : plain(amount.value), [average]: amount.averageValue }),
  };
  return { type, [key]: given(forms[type]?.() ?? {}) };
}

function metricFromV1(metric: JsonObject, side: Side): JsonObject {
  const type = textAt(metric, 'type');
  const key = SOURCES[type] ?? '';
  const source = objectAt(metric, key) ?? {};
  const [value, average, share] = side === 'target' ? ['targetValue', 'targetAverageValue', 'targetAverageUtilization'] : ['currentValue', 'currentAverageValue', 'currentAverageUtilization'];
  const averageValue = source[average] ?? source.averageValue;
  const utilization = source[share];
  // A value that v1 cannot leave out is none when the average is given.
  const whole = averageValue !== undefined && source[value] === '0' ? undefined : source[value];
  const sort = utilization !== undefined ? 'Utilization' : averageValue !== undefined ? 'AverageValue' : 'Value';
  const amount = given({ ...(side === 'target' ? { type: sort } : {}), value: whole, averageValue, averageUtilization: utilization });
  const identifier = given({ name: source.metricName, selector: source.selector ?? source.metricSelector });
  const forms: Record<string, () => Record<string, unknown>> = {
    Object: () => ({ describedObject: source.target, metric: identifier }),
    Pods: () => ({ metric: identifier }),
    Resource: () => ({ name: source.name }),
    ContainerResource: () => ({ name: source.name, container: source.container }),
    External: () => ({ metric: identifier }),
  };
  return cloneJson({ type, [key]: { ...(forms[type]?.() ?? {}), [side]: amount } }) as JsonObject;
}

const inOrderOfReference = (reference: JsonObject | undefined): unknown =>
  given({ kind: reference?.kind, name: reference?.name, apiVersion: reference?.apiVersion });

const inOrder = ({ type, status, lastTransitionTime, reason, message }: JsonObject): unknown =>
  given({ type, status, lastTransitionTime, reason, message });

/** The behaviour's annotation has the names of Go's fields. */
function toGoNames(behavior: JsonObject): unknown {
  const rules = (side: string): unknown => {
    const found = objectAt(behavior, side);
    if (!found) return null;
    const policies = Array.isArray(found.policies) ? objectsAt(found, 'policies').map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) : null;
    return {
      StabilizationWindowSeconds: found.stabilizationWindowSeconds ?? null,
      SelectPolicy: found.selectPolicy ?? null,
      Policies: policies,
      Tolerance: found.tolerance ?? null,
    };
  };
  return { ScaleUp: rules('scaleUp'), ScaleDown: rules('scaleDown') };
}

function fromGoNames(behavior: JsonObject): JsonObject {
  const rules = (name: string): JsonObject | undefined => {
    const found = objectAt(behavior, name);
    if (!found) return undefined;
    const policies = objectsAt(found, 'Policies').map(({ Type, Value, PeriodSeconds }) => ({ type: Type, value: Value, periodSeconds: PeriodSeconds }));
    const fields = {
      stabilizationWindowSeconds: found.StabilizationWindowSeconds ?? undefined,
      selectPolicy: found.SelectPolicy ?? undefined,
      policies: Array.isArray(found.Policies) ? policies : undefined,
      tolerance: found.Tolerance ?? undefined,
    };
    return given(fields) as JsonObject;
  };
  return given({ scaleUp: rules('ScaleUp'), scaleDown: rules('ScaleDown') }) as JsonObject;
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === 'string' ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    // Kubernetes takes no offence at what it cannot read, either.
    return undefined;
  }
}

function listIn(text: unknown): JsonObject[] | undefined {
  const value = parsed(text);
  return Array.isArray(value) ? value.filter(isJsonObject) : undefined;
}

function objectIn(text: unknown): JsonObject | undefined {
  const value = parsed(text);
  return isJsonObject(value) ? value : undefined;
}
