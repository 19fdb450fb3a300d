import type { Service } from '@tidegate/kube';
import { GATEWAY_GROUP } from '@tidegate/mesh-contract';
import { keyOf, objectKey } from './object-key.js';
import type { GrantIndex } from './reference-grants.js';
import { isServiceParent } from './parent-kind.js';
import { isStream } from './stream-routes.js';
import type { BackendRefModel, Effects, MirrorModel, RedirectModel, RouteModel, RuleModel } from './rule-model.js';
import type { ServiceTarget } from './service-target.js';

export interface ResolvedMirror {
  target: ServiceTarget;
  share: number;
}
export type ResolvedEffects = Omit<Effects, 'mirrors'> & { mirrors: readonly ResolvedMirror[] };

export interface ResolvedBackend {
  weight: number;
  /** Undefined: the reference is not usable, its share of requests is answered 500. */
  target?: ServiceTarget;
  name: string;
  effects: ResolvedEffects;
  redirect?: RedirectModel;
}
export type ResolvedRule = Omit<RuleModel, 'backends' | 'effects'> & { backends: readonly ResolvedBackend[]; effects: ResolvedEffects };

export interface ResolvedRoute {
  model: RouteModel;
  rules: readonly ResolvedRule[];
  /** Of the condition ResolvedRefs. */
  finding: { resolved: boolean; reason: string; message: string };
}

interface Problem {
  reason: 'InvalidKind' | 'RefNotPermitted' | 'BackendNotFound' | 'UnsupportedProtocol';
  message: string;
}

export interface Lookup {
  service(key: string): Service | undefined;
  targets(service: Service): readonly ServiceTarget[];
  grants: GrantIndex;
  /** Gateways reach it by TLS. */
  isReachedByTls(target: ServiceTarget): boolean;
}

export function resolveBackends(model: RouteModel, lookup: Lookup): ResolvedRoute {
  const problems: Problem[] = [];
  const resolve = (ref: BackendRefModel): ServiceTarget | undefined => {
    const found = resolveRef(model, ref, lookup);
    if ('cluster' in found) return found;
    problems.push(found);
    return undefined;
  };
  const resolveEffects = (effects: Effects): ResolvedEffects => ({
    ...effects,
    mirrors: effects.mirrors.flatMap((mirror: MirrorModel) => {
      const target = resolve(mirror.ref);
      return target ? [{ target, share: mirror.share }] : [];
    }),
  });
  const rules = model.rules.map((rule): ResolvedRule => ({
    ...rule,
    effects: resolveEffects(rule.effects),
    backends: rule.backends.map((backend) => ({
      weight: backend.weight,
      target: resolve(backend.ref),
      name: backend.ref.name,
      effects: resolveEffects(backend.effects),
      ...(backend.redirect ? { redirect: backend.redirect } : {}),
    })),
  }));
  const first = problems[0];
  const finding = first
    ? { resolved: false, reason: first.reason, message: [...new Set(problems.map((p) => p.message))].slice(0, 5).join(' ') }
    : { resolved: true, reason: 'ResolvedRefs', message: 'All references are resolved.' };
  return { model, rules, finding };
}

function resolveRef(model: RouteModel, ref: BackendRefModel, lookup: Lookup): ServiceTarget | Problem {
  const namespace = ref.namespace ?? model.ref.namespace;
  const what = `Service ${keyOf(namespace, ref.name)}`;
  if (ref.group !== '' || ref.kind !== 'Service') {
    const kind = ref.group === '' ? ref.kind : `${ref.kind}.${ref.group}`;
    return { reason: 'InvalidKind', message: `${kind} ${ref.name} cannot be a backend; refer to a Service.` };
  }
  const permitted = lookup.grants.allows({
    from: { group: GATEWAY_GROUP, kind: model.ref.kind, namespace: model.ref.namespace },
    to: { group: '', kind: 'Service', namespace, name: ref.name },
  });
  if (!permitted && !isOwnParent(model, namespace, ref.name)) {
    return {
      reason: 'RefNotPermitted',
      message: `${what} is in another namespace, which does not permit it; create a ReferenceGrant in ${namespace} from ${model.ref.kind} in ${model.ref.namespace} to Service.`,
    };
  }
  const service = lookup.service(keyOf(namespace, ref.name));
  if (!service) return { reason: 'BackendNotFound', message: `${what} does not exist; create it or correct the name.` };
  if (ref.port === undefined) return { reason: 'BackendNotFound', message: `The reference to ${what} has no port; add one.` };
  return resolvePort(model, service, ref.port, lookup);
}

/** A consumer's route may forward to the Service that it is attached to: its callers reach it anyway. */
function isOwnParent(model: RouteModel, namespace: string, name: string): boolean {
  return model.parentRefs.some((parent) => isServiceParent(parent) && parent.namespace === namespace && parent.name === name);
}

function resolvePort(model: RouteModel, service: Service, number: number, lookup: Lookup): ServiceTarget | Problem {
  const what = `Service ${objectKey(service)}`;
  if (service.spec?.type === 'ExternalName') {
    return {
      reason: 'UnsupportedProtocol',
      message: `${what} is of type ExternalName, which is not routed to; use a Service with endpoints.`,
    };
  }
  const ports = (service.spec?.ports ?? []).filter((p) => p.port === number);
  if (ports.length === 0) {
    const have = (service.spec?.ports ?? []).map((p) => p.port).join(', ') || 'none';
    return { reason: 'BackendNotFound', message: `${what} has no port ${number}; it has ${have}.` };
  }
  const target = lookup.targets(service).find((t) => t.port === number);
  if (!target) return { reason: 'UnsupportedProtocol', message: `Port ${number} of ${what} is not TCP, which routes need.` };
  const appProtocol = ports[0]?.appProtocol ?? '';
  if (!isStream(model) && /^(https|kubernetes\.io\/wss)$/i.test(appProtocol) && !lookup.isReachedByTls(target)) {
    const message = `Port ${number} of ${what} has appProtocol ${appProtocol}, and no BackendTLSPolicy says how to reach it; create one.`;
    return { reason: 'UnsupportedProtocol', message };
  }
  return target;
}
