import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { apply, get, kubectl } from './cluster.js';
import { namespace, sleeper } from './objects.js';
import { SYSTEM, addressOf, answers, current, put, untilAvailable } from './release.js';
import { startRegistry } from './registry.js';
import type { Testbed } from './testbed.js';

const NAMESPACE = 'tidegate-journey-private';
const NAME = 'images.tidegate.local';
const LOGIN = { user: 'puller', password: 'only for pulls' };
const archives = ['tidegate', 'tidegate-envoy'].map((name) =>
  path.resolve(import.meta.dirname, `../../../tmp/images/${name}-0.1.0.oci.tar`),
);

function pullSecret(name: string, inNamespace: string, registry: string): object {
  const auth = Buffer.from(`${LOGIN.user}:${LOGIN.password}`).toString('base64');
  const config = Buffer.from(JSON.stringify({ auths: { [registry]: { auth } } })).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: inNamespace },
    type: 'kubernetes.io/dockerconfigjson',
    data: { '.dockerconfigjson': config },
  };
}

/** Everything from one registry that wants a login: the platform by one value, and a Knative Service whose tag is resolved there. */
export function pullsFromARegistry(testbed: Testbed): void {
  it('comes from a registry that wants a login, by one value', async () => {
    const registry = await startRegistry(archives, testbed.hostAddress, LOGIN);
    const host = `${NAME}:${registry.port}`;
    const forget = testbed.trustRegistry(NAME, registry.port);
    try {
      await apply(pullSecret('pull', SYSTEM, host));
      await put('upgrade', current, `image.registry=${host}`, 'image.pullSecrets={pull}', 'knative.digestsFrom=registry');
      await untilAvailable();
      await waitFor(
        'every pod by an image from there',
        async () => {
          const { items } = await get<{ items: { spec: { containers: { image: string }[] }; status: { phase: string } }[] }>('pods', '--namespace', SYSTEM);
          // The CronJob leaves its last pod behind, once an hour.
          const images = items.filter(({ status }) => status.phase !== 'Succeeded').flatMap(({ spec }) => spec.containers.map(({ image }) => image));
          return images.length > 0 && images.every((image) => image.startsWith(`${host}/`));
        },
        120_000,
      );

      await apply(namespace(NAMESPACE), pullSecret('login', NAMESPACE, host));
      const service = sleeper('private', NAMESPACE, { image: `${host}/tidegate:0.1.0`, imagePullSecrets: [{ name: 'login' }] });
      await apply(service);
      await kubectl('wait', 'ksvc/private', '--namespace', NAMESPACE, '--for=condition=Ready', '--timeout=120s');
      const { status } = await get<{ status: { containerStatuses: { imageDigest: string }[] } }>(
        'revision',
        'private-00001',
        '--namespace',
        NAMESPACE,
      );
      expect(status.containerStatuses[0]?.imageDigest).toMatch(new RegExp(`^${host}/tidegate@sha256:[0-9a-f]{64}$`));
      const address = await addressOf('knative-serving', 'knative-serving');
      expect(await answers(address, `private.${NAMESPACE}.knative.example`)).toBe('Hello sleeper!\n');
      expect(registry.asked.allowed).toBeGreaterThan(0);
    } finally {
      await kubectl('delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait=true');
      await put('upgrade', current);
      await untilAvailable();
      forget();
      await registry.stop();
    }
  });
}
