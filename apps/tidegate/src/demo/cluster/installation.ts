import { TidegateError } from '@tidegate/kernel';
import { type Deployment, type KubeClient, kinds } from '@tidegate/kube';
import { codes } from '../../errors.js';

/** A release of the chart, as its Deployments tell of it. */
export interface Installation {
  namespace: string;
  /** The platform's image, as the cluster's nodes pull it. */
  image: string;
  /** Names of Secrets in that namespace. */
  pullSecrets: string[];
}

const LABELS = 'app.kubernetes.io/name=tidegate,app.kubernetes.io/part-of=tidegate,app.kubernetes.io/component';

/** Throws CLI_DEMO_NOT_POSSIBLE when the cluster has none. */
export async function findInstallation(client: KubeClient): Promise<Installation> {
  const { items } = await client.list(kinds.deployments, { labelSelector: LABELS });
  const found = items.map(installationOf).find((installation) => installation !== undefined);
  if (found) return found;
  throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, 'Tidegate is not installed in this cluster.', {
    remedy: 'helm install tidegate charts/tidegate --namespace tidegate-system --create-namespace: see docs/install.md.',
  });
}

function installationOf({ metadata, spec }: Deployment): Installation | undefined {
  const pod = spec?.template.spec;
  const image = pod?.containers[0]?.image;
  if (image === undefined || metadata?.namespace === undefined) return undefined;
  return { namespace: metadata.namespace, image, pullSecrets: (pod?.imagePullSecrets ?? []).flatMap(({ name }) => (name ? [name] : [])) };
}
