import { type ClusterRole } from '@tidegate/kube';
import { PERMISSION_LABEL } from '@tidegate/tenancy-contract';

type Rules = NonNullable<ClusterRole['rules']>;

/** What a custom role can be made of. Each stays within what a project's administrator may do, so that a workspace's administrator gives nothing that he does not hold. */
export interface Permission {
  name: string;
  title: string;
  /** Permissions that come along: who changes must see. */
  dependsOn: readonly string[];
  rules: Rules;
}

const see = ['get', 'list', 'watch'];
const change = ['create', 'update', 'patch', 'delete', 'deletecollection'];
const rule = (apiGroups: string[], resources: string[], verbs: string[]): Rules[number] => ({ apiGroups, resources, verbs });

const pair = (name: string, title: string, of: [string[], string[]][], more: Rules = []): Permission[] => [
  { name: `${name}-view`, title: `See ${title}`, dependsOn: ['project-view'], rules: of.map(([groups, resources]) => rule(groups, resources, see)) },
  { name: `${name}-manage`, title: `Change ${title}`, dependsOn: [`${name}-view`], rules: [...of.map(([groups, resources]) => rule(groups, resources, change)), ...more] },
];

export const PERMISSIONS: readonly Permission[] = [
  {
    name: 'project-view',
    title: 'See the project itself, its quota and its events',
    dependsOn: [],
    rules: [rule([''], ['namespaces', 'resourcequotas', 'limitranges', 'events'], see), rule(['events.k8s.io'], ['events'], see)],
  },
  ...pair('workloads', 'workloads, pods and services', [
    [['apps'], ['deployments', 'statefulsets', 'daemonsets', 'replicasets']],
    [['batch'], ['jobs', 'cronjobs']],
    [[''], ['pods', 'services', 'persistentvolumeclaims']],
    [['autoscaling'], ['horizontalpodautoscalers']],
    [['policy'], ['poddisruptionbudgets']],
    [['app.k8s.io'], ['applications']],
    [['serving.knative.dev'], ['services', 'configurations', 'revisions', 'routes']],
  ], [rule(['apps'], ['deployments/scale', 'statefulsets/scale'], ['get', 'update', 'patch'])]),
  ...pair('routes', 'routes and gateways', [
    [['gateway.networking.k8s.io'], ['gateways', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes']],
    [['mesh.tidegate.dev'], ['trafficpolicies']],
    [['serving.knative.dev'], ['domainmappings']],
    [['networking.k8s.io'], ['ingresses']],
  ]),
  ...pair('releases', 'strategies and releases', [[['delivery.tidegate.dev'], ['strategies', 'releases']]]),
  ...pair('config', 'config maps', [[[''], ['configmaps']]]),
  ...pair('secrets', 'secrets, with their values', [[[''], ['secrets']]]),
  { name: 'logs-view', title: 'Read logs', dependsOn: ['workloads-view'], rules: [rule([''], ['pods/log'], ['get'])] },
  {
    name: 'terminal-use',
    title: 'Open terminals and forward ports',
    dependsOn: ['workloads-view'],
    rules: [rule([''], ['pods/exec', 'pods/attach', 'pods/portforward'], ['get', 'create'])],
  },
  {
    name: 'members-view',
    title: 'See who may do what',
    dependsOn: ['project-view'],
    rules: [rule(['rbac.authorization.k8s.io'], ['roles', 'rolebindings'], see), rule([''], ['serviceaccounts'], see)],
  },
];

/** The permissions with those that they depend on, in the order of PERMISSIONS; unknown names apart. */
export function resolvePermissions(names: readonly string[]): { permissions: Permission[]; unknown: string[] } {
  const byName = new Map(PERMISSIONS.map((p) => [p.name, p]));
  const wanted = new Set<string>();
  const add = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    byName.get(name)?.dependsOn.forEach(add);
  };
  names.forEach(add);
  return { permissions: PERMISSIONS.filter((p) => wanted.has(p.name)), unknown: names.filter((n) => !byName.has(n)) };
}

/** The permissions as ClusterRoles: so that `kubectl get clusterroles -l tenancy.tidegate.dev/permission` shows what there is. */
export const permissionRoles = (): ClusterRole[] =>
  PERMISSIONS.map(({ name, title, dependsOn, rules }) => ({
    metadata: {
      name: `tidegate:permission:${name}`,
      labels: { [PERMISSION_LABEL]: name },
      annotations: { 'tenancy.tidegate.dev/title': title, 'tenancy.tidegate.dev/depends-on': dependsOn.join(',') },
    },
    rules,
  }));
