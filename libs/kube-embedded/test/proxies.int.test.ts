import { kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { ClusterFixture, serverPod } from './cluster-fixture.js';
import { type Endpoint, type RawAnswer, type RawCall, endpointOf, rawCall } from './differential/raw-call.js';

const cluster = new ClusterFixture();
let endpoint: Endpoint;
beforeAll(async () => {
  await cluster.start();
  endpoint = endpointOf(await cluster.cluster.api.issueKubeconfig('admin', ['system:masters']));
  await cluster.client.create(kinds.pods, serverPod('web', {}, {}, { app: 'web' }));
  await cluster.client.create(kinds.services, { metadata: { name: 'web', namespace: 'default' }, spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] } });
  await cluster.ready('web');
});
afterAll(() => cluster.end());

const ask = (path: string, call: Partial<RawCall> = {}): Promise<RawAnswer> => rawCall(endpoint, { ...call, path: `/api/v1/namespaces/default/${path}` });

it.each(['pods/web/proxy', 'pods/web:8080/proxy', 'pods/http:web:8080/proxy', 'services/web:80/proxy', 'services/web:http/proxy'])('reaches a program at %s', async (path) => {
  const answer = await waitFor('an endpoint', async () => {
    const asked = await ask(`${path}/file?path=/proc/self/comm`);
    return asked.status === 503 ? undefined : asked;
  });
  expect(answer).toMatchObject({ status: 200, body: expect.stringMatching(/^(node|MainThread)\n$/) });
});

it('passes on what a client sends and what the program answers, but not who the client is', async () => {
  const answer = await ask('pods/web/proxy/echo', { method: 'POST', body: { a: 1 }, accept: 'text/plain' });
  expect(answer).toMatchObject({ status: 201, contentType: 'application/json' });
  expect(answer.body).toMatchObject({ method: 'POST', body: '{"a":1}', headers: { accept: 'text/plain', 'content-type': 'application/json' } });
  expect(Object.keys((answer.body as { headers: object }).headers)).not.toContain('authorization');
});

it('is for those alone who may use it', async () => {
  expect(await ask('services/web:80/proxy/', { as: 'dev' })).toMatchObject({ status: 403, body: { message: expect.stringContaining('cannot get resource "services/proxy"') } });
});

it('says why a program cannot be reached', async () => {
  expect(await ask('services/web:81/proxy/')).toMatchObject({ status: 503, body: { message: 'no service port 81 found for service "web"' } });
  expect(await ask('pods/web:9/proxy/')).toMatchObject({ status: 503, body: { message: expect.stringContaining('nothing of the pod listens there') } });
  await cluster.ask(await cluster.ready('web'), '/crash').catch(() => undefined);
  expect(await ask('pods/web/proxy/')).toMatchObject({ status: 503, body: { reason: 'ServiceUnavailable', message: expect.stringContaining('error trying to reach service') } });
});
