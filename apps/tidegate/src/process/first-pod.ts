import { type Logger, causeChain } from '@tidegate/kernel';
import { type KubeClient, kinds } from '@tidegate/kube';
import { type Wake, deploymentNameFor } from '@tidegate/serving-contract';

/** Wakes a revision by asking its Deployment for one pod if it has none. Nothing here ever puts it to sleep. */
export function firstPod(client: KubeClient, log: Logger): Wake {
  return {
    wake({ namespace, name }) {
      const wake = async (): Promise<void> => {
        const deployment = deploymentNameFor(name);
        const found = await client.get(kinds.deployments, deployment, namespace);
        if (!found || (found.spec?.replicas ?? 1) > 0) return;
        const body = { metadata: { resourceVersion: found.metadata?.resourceVersion }, spec: { replicas: 1 } };
        await client.patch(kinds.deployments, deployment, namespace, { type: 'merge', body }, { subresource: 'scale' });
      };
      wake().catch((error: unknown) =>
        log.warn({ namespace, revision: name, error: causeChain(error) }, 'a revision was not woken; tried again'),
      );
    },
  };
}
