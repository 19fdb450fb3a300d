import { STRATEGY_FINALIZER, type Strategy } from '@tidegate/delivery-contract';
import {
  type ClusterRole,
  type ConfigMap,
  type CustomResourceDefinition,
  type Deployment,
  type EndpointSlice,
  type Kind,
  type KubeObject,
  type Lease,
  type MutatingWebhookConfiguration,
  type Namespace,
  type PodDisruptionBudget,
  type Secret,
  type Service,
  type ValidatingWebhookConfiguration,
  kinds,
} from '@tidegate/kube';
import { keptSelector } from '@tidegate/mesh-controller';
import { CONTROLLER_NAME, type GatewayClass, gatewayClasses } from '@tidegate/mesh-contract';
import { WORKSPACE_FINALIZER, type Workspace } from '@tidegate/tenancy-contract';

/** What a cluster holds after Helm has deleted the release's own objects. */
export interface Remains {
  mutatingWebhooks: readonly MutatingWebhookConfiguration[];
  validatingWebhooks: readonly ValidatingWebhookConfiguration[];
  strategies: readonly Strategy[];
  workspaces: readonly Workspace[];
  clusterRoles: readonly ClusterRole[];
  /** Of the release's namespace. */
  deployments: readonly Deployment[];
  services: readonly Service[];
  /** Of all namespaces, those whose clients are led to the shared proxy, and those that list endpoints for them. */
  answeredServices: readonly Service[];
  endpointsServices: readonly Service[];
  budgets: readonly PodDisruptionBudget[];
  configMaps: readonly ConfigMap[];
  secrets: readonly Secret[];
  leases: readonly Lease[];
  /** Of all namespaces. */
  endpointSlices: readonly EndpointSlice[];
  gatewayClasses: readonly GatewayClass[];
  knativeNamespace: Namespace | undefined;
  definitions: readonly CustomResourceDefinition[];
}

export type Removal =
  | { do: 'delete'; kind: Kind; name: string; namespace?: string }
  | { do: 'release-strategy'; name: string; namespace: string; finalizers: string[] }
  | { do: 'release-workspace'; name: string; finalizers: string[] }
  | { do: 'give-selector-back'; name: string; namespace: string; selector: Record<string, string> }
  /** Until Kubernetes lists the endpoints of these again: nothing that serves them may go before. */
  | { do: 'await-endpoints'; services: { name: string; namespace: string }[] };

/** The install Job marks so what it made, and leaves alone what was there. */
const isInstalled = ({ metadata }: KubeObject): boolean => metadata?.labels?.['app.kubernetes.io/managed-by'] === 'tidegate';

/**
 * What to undo, in this order: webhooks first, which nobody answers any more and which would refuse the rest; kinds last. Everything is known
 * by who made it, as the API server has recorded: what people made in the same places stays.
 */
export function planRemoval(remains: Remains, options: { namespace: string; keepKinds: boolean }): Removal[] {
  const webhooks = [
    ...remains.mutatingWebhooks.filter((w) => callsUs(w, options.namespace)).map((w) => deletionOf(kinds.mutatingWebhookConfigurations, w)),
    ...remains.validatingWebhooks
      .filter((w) => callsUs(w, options.namespace))
      .map((w) => deletionOf(kinds.validatingWebhookConfigurations, w)),
  ];
  const ours = <T extends KubeObject>(kind: Kind<T>, objects: readonly T[]): Removal[] =>
    objects.filter(isOurs).map((o) => deletionOf(kind, o));
  return [
    ...webhooks,
    ...remains.strategies.flatMap(releaseOf),
    ...remains.workspaces.flatMap(releaseOfWorkspace),
    ...rolesOf(remains, options),
    ...remains.answeredServices.map(givenBack),
    ...awaited(remains.answeredServices),
    ...remains.endpointsServices.map((s) => deletionOf(kinds.services, s)),
    ...ours(kinds.endpointSlices, remains.endpointSlices),
    ...ours(kinds.deployments, remains.deployments),
    ...ours(kinds.services, remains.services),
    ...ours(kinds.podDisruptionBudgets, remains.budgets),
    ...ours(kinds.configMaps, remains.configMaps),
    ...ours(kinds.secrets, remains.secrets),
    ...ours(kinds.leases, remains.leases),
    ...remains.gatewayClasses.filter((c) => c.spec?.controllerName === CONTROLLER_NAME).map((c) => deletionOf(gatewayClasses, c)),
    ...(remains.knativeNamespace && isInstalled(remains.knativeNamespace) ? [deletionOf(kinds.namespaces, remains.knativeNamespace)] : []),
    ...(options.keepKinds ? [] : remains.definitions.filter(isInstalled).map((d) => deletionOf(kinds.customResourceDefinitions, d))),
  ];
}

const deletionOf = <T extends KubeObject>(kind: Kind<T>, { metadata }: T): Removal => ({
  do: 'delete',
  kind,
  name: metadata?.name ?? '',
  ...(kind.namespaced ? { namespace: metadata?.namespace ?? '' } : {}),
});

const managers = ({ metadata }: KubeObject): string[] =>
  (metadata?.managedFields ?? []).flatMap(({ manager }) => (manager === undefined ? [] : [manager]));

/** The first manager that an object has is who made it, unless it only touched a part of what Kubernetes made. */
const isOurs = (object: KubeObject): boolean => managers(object).some((name) => name === 'tidegate' || name.startsWith('tidegate-'));

function callsUs({ webhooks }: MutatingWebhookConfiguration | ValidatingWebhookConfiguration, namespace: string): boolean {
  return (webhooks ?? []).some(
    ({ clientConfig }) => clientConfig.service?.namespace === namespace && clientConfig.service.name.startsWith('tidegate-'),
  );
}

/** Nobody is left to undo what a Strategy did; without this it could never be deleted. */
function releaseOf({ metadata }: Strategy): Removal[] {
  const finalizers = metadata?.finalizers ?? [];
  if (!finalizers.includes(STRATEGY_FINALIZER)) return [];
  const rest = finalizers.filter((f) => f !== STRATEGY_FINALIZER);
  return [{ do: 'release-strategy', name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', finalizers: rest }];
}

function releaseOfWorkspace({ metadata }: Workspace): Removal[] {
  const finalizers = metadata?.finalizers ?? [];
  if (!finalizers.includes(WORKSPACE_FINALIZER)) return [];
  return [{ do: 'release-workspace', name: metadata?.name ?? '', finalizers: finalizers.filter((f) => f !== WORKSPACE_FINALIZER) }];
}

/** What was made for a Workspace goes with it, by its owner; roles of projects that its bindings name stay as long as there is one. */
function rolesOf({ workspaces, clusterRoles }: Remains, { keepKinds }: { keepKinds: boolean }): Removal[] {
  if (keepKinds && workspaces.length > 0) return [];
  return clusterRoles.filter((role) => isOurs(role) && role.metadata?.ownerReferences === undefined).map((role) => deletionOf(kinds.clusterRoles, role));
}

const givenBack = (service: Service): Removal => ({
  do: 'give-selector-back',
  name: service.metadata?.name ?? '',
  namespace: service.metadata?.namespace ?? '',
  selector: keptSelector(service),
});

function awaited(services: readonly Service[]): Removal[] {
  const named = services.map(({ metadata }) => ({ name: metadata?.name ?? '', namespace: metadata?.namespace ?? '' }));
  return named.length === 0 ? [] : [{ do: 'await-endpoints', services: named }];
}
