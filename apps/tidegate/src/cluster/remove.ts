import { readFileSync } from 'node:fs';
import { strategies } from '@tidegate/delivery-contract';
import { type Logger, createLogger, pause, readConfig, toUserText } from '@tidegate/kernel';
import { type Kind, type KubeClient, type KubeObject, connect, isNotFound, kinds } from '@tidegate/kube';
import { ENDPOINTS_OF_LABEL, SELECTOR_ANNOTATION, SLICE_MANAGER, SLICE_MANAGER_LABEL, gatewayClasses } from '@tidegate/mesh-contract';
import { SERVING_NAMESPACE } from '@tidegate/serving-contract';
import { workspaces } from '@tidegate/tenancy-contract';
import { RemoveConfig } from './remove-config.js';
import { type Remains, type Removal, planRemoval } from './plan-removal.js';

const PODS_END_MS = 60_000;
const LISTED_MS = 10_000;

/** `node remove.js CONFIG.json`: the last Job of `helm uninstall`. Removes what was made while the platform ran, then ends. */
async function main(file: string): Promise<void> {
  const config = readConfig(RemoveConfig, JSON.parse(readFileSync(file, 'utf8')), file);
  const log = createLogger('remove', config.logLevel);
  const client = await connect(config.kubeconfig === undefined ? {} : { kubeconfigPath: config.kubeconfig });
  // Who still runs would make again what is removed.
  await untilPodsEnded(client, config, log);
  for (const removal of planRemoval(await gather(client, config.namespace), config)) await apply(client, removal, log);
}

async function untilPodsEnded(client: KubeClient, { namespace, release }: RemoveConfig, log: Logger): Promise<void> {
  const labelSelector = `app.kubernetes.io/instance=${release},tidegate.dev/health=served`;
  for (const deadline = Date.now() + PODS_END_MS; Date.now() < deadline; await pause(500)) {
    const { items } = await client.list(kinds.pods, { namespace, labelSelector });
    if (items.length === 0) return;
  }
  log.warn(`pods of the platform still run after ${PODS_END_MS / 1000} s; going on`);
}

async function gather(client: KubeClient, namespace: string): Promise<Remains> {
  const list = async <T extends KubeObject>(kind: Kind<T>, inNamespace?: string): Promise<T[]> => {
    try {
      return (await client.listAll(kind, inNamespace === undefined ? {} : { namespace: inNamespace })).items;
    } catch (error) {
      // A kind that is gone has no objects.
      if (isNotFound(error)) return [];
      throw error;
    }
  };
  const everyService = await list(kinds.services);
  return {
    mutatingWebhooks: await list(kinds.mutatingWebhookConfigurations),
    validatingWebhooks: await list(kinds.validatingWebhookConfigurations),
    strategies: await list(strategies),
    workspaces: await list(workspaces),
    clusterRoles: await list(kinds.clusterRoles),
    deployments: await list(kinds.deployments, namespace),
    services: await list(kinds.services, namespace),
    answeredServices: everyService.filter(({ metadata }) => metadata?.annotations?.[SELECTOR_ANNOTATION] !== undefined),
    endpointsServices: everyService.filter(({ metadata }) => metadata?.labels?.[ENDPOINTS_OF_LABEL] !== undefined),
    budgets: await list(kinds.podDisruptionBudgets, namespace),
    configMaps: await list(kinds.configMaps, namespace),
    secrets: await list(kinds.secrets, namespace),
    leases: await list(kinds.leases, namespace),
    endpointSlices: await list(kinds.endpointSlices),
    gatewayClasses: await list(gatewayClasses),
    knativeNamespace: await client.get(kinds.namespaces, SERVING_NAMESPACE),
    definitions: await list(kinds.customResourceDefinitions),
  };
}

async function untilListed(client: KubeClient, { name, namespace }: { name: string; namespace: string }, log: Logger): Promise<void> {
  const labelSelector = `kubernetes.io/service-name=${name},${SLICE_MANAGER_LABEL}!=${SLICE_MANAGER}`;
  for (const deadline = Date.now() + LISTED_MS; Date.now() < deadline; await pause(200)) {
    const { items } = await client.list(kinds.endpointSlices, { namespace, labelSelector });
    if (items.some(({ endpoints }) => (endpoints ?? []).length > 0)) return;
  }
  log.warn({ name, namespace }, `Kubernetes lists no endpoint of it after ${LISTED_MS / 1000} s; going on`);
}

async function apply(client: KubeClient, removal: Removal, log: Logger): Promise<void> {
  try {
    switch (removal.do) {
      case 'delete':
        await client.delete(removal.kind, removal.name, removal.namespace, { propagationPolicy: 'Background' });
        log.info({ kind: removal.kind.kind, name: removal.name, namespace: removal.namespace }, 'deleted');
        return;
      case 'release-strategy': {
        const body = { metadata: { finalizers: removal.finalizers } };
        await client.patch(strategies, removal.name, removal.namespace, { type: 'merge', body });
        return;
      }
      case 'release-workspace':
        await client.patch(workspaces, removal.name, undefined, { type: 'merge', body: { metadata: { finalizers: removal.finalizers } } });
        return;
      case 'give-selector-back': {
        const body = { metadata: { annotations: { [SELECTOR_ANNOTATION]: null } }, spec: { selector: removal.selector } };
        await client.patch(kinds.services, removal.name, removal.namespace, { type: 'merge', body });
        log.info({ name: removal.name, namespace: removal.namespace }, 'the Service has its selector again');
        return;
      }
      case 'await-endpoints':
        for (const service of removal.services) await untilListed(client, service, log);
        return;
    }
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

main(process.argv[2] ?? '/etc/tidegate/config.json').catch((error: unknown) => {
  process.stderr.write(`${toUserText(error)}\n`);
  process.exitCode = 1;
});
