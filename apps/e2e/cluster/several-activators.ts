import { waitFor } from '@tidegate/testing';
import { Agent, request } from 'undici';
import { apply, kubectl } from './cluster.js';
import { image, namespace } from './objects.js';
import { SYSTEM, addressOf, answers, podsOf, untilAvailable } from './release.js';

const NAMESPACE = 'tidegate-journey-limit';
const HOST = `one-at-a-time.${NAMESPACE}.knative.example`;
const CALLERS = 8;
/** Tells the most requests that it ever had at once. */
const counting = `import http from 'node:http';
let now = 0, most = 0;
http.createServer((request, response) => {
  most = Math.max(most, ++now);
  setTimeout(() => { now--; response.end(String(most)); }, 20);
}).listen(process.env.PORT);
process.on('SIGTERM', () => process.exit(0));`;

const service = {
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'one-at-a-time', namespace: NAMESPACE },
  spec: {
    template: {
      metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '2', 'autoscaling.knative.dev/max-scale': '2' } },
      spec: { containerConcurrency: 1, containers: [{ image, args: ['--input-type=module', '--eval', counting] }] },
    },
  },
};

/** A hard limit holds over replicas of the activator, and while they change. */
export function sharesHardLimits(): void {
  it('keeps a hard limit while each activator is replaced under load', async () => {
    await apply(namespace(NAMESPACE), service);
    await kubectl('wait', 'ksvc/one-at-a-time', '--namespace', NAMESPACE, '--for=condition=Ready', '--timeout=120s');
    const address = await addressOf('knative-serving', 'knative-serving');
    await answers(address, HOST);
    const activators = await podsOf('--selector', 'app.kubernetes.io/component=activator');
    expect(activators.length).toBeGreaterThan(1);

    const agent = new Agent({ connections: CALLERS });
    let stopping = false;
    let answered = 0;
    let most = 0;
    const failed: string[] = [];
    const caller = async (): Promise<void> => {
      while (!stopping) {
        try {
          const { statusCode, body } = await request(`http://${address}/`, {
            headers: { host: HOST },
            dispatcher: agent,
            headersTimeout: 60_000,
          });
          const text = await body.text();
          if (statusCode === 200) most = Math.max(most, Number(text));
          else failed.push(`${statusCode} ${text}`);
        } catch (error) {
          failed.push(String(error));
        }
        answered += 1;
      }
    };
    const callers = Array.from({ length: CALLERS }, caller);
    try {
      await waitFor('the load to flow', () => answered > 100, 60_000);
      for (const { metadata } of activators) {
        await kubectl('delete', 'pod', metadata.name, '--namespace', SYSTEM, '--wait=true');
        await untilAvailable();
        const then = answered;
        await waitFor('answers after it', () => answered > then + 100, 60_000);
      }
    } finally {
      stopping = true;
      await Promise.all(callers);
      await agent.close();
      await kubectl('delete', 'namespace', NAMESPACE, '--wait=true', '--timeout=120s');
    }
    console.log(`every activator replaced: ${answered} requests, ${failed.length} failed, at most ${most} at once in a pod`);
    expect({ failed: failed.slice(0, 5), most }).toEqual({ failed: [], most: 1 });
  });
}
