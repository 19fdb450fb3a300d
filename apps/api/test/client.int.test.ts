import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RequestError, type Tidegate, connect, graphql } from '@tidegate/client';
import { type Deployment, kinds } from '@tidegate/kube';
import { waitFor } from '@tidegate/testing';
import { WebSocket as WebSocketOfWs } from 'ws';
import { toGlobalId } from '../src/edge/global-id.js';
import { Stage, TOKEN } from './stage.js';

const ID = toGlobalId('Deployment', 'shop', 'cart');
const deployment: Deployment = {
  metadata: { name: 'cart', namespace: 'shop' },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: 'cart' } },
    template: { metadata: { labels: { app: 'cart' } }, spec: { containers: [{ name: 'main', image: 'example.org/cart:1' }] } },
  },
};
const WANTED = graphql(`
  subscription ($id: ID!) {
    service(id: $id) {
      name
      replicas {
        wanted
      }
    }
  }
`);
const SCALE = graphql(`
  mutation ($input: ScaleServiceInput!) {
    scaleService(input: $input) {
      replicas {
        wanted
      }
    }
  }
`);

let stage: Stage;
let tidegate: Tidegate;
const address = (): string => `http://127.0.0.1:${stage.port}`;

beforeAll(async () => {
  stage = await Stage.start();
  tidegate = connect({ url: address(), token: TOKEN });
  await stage.admin.create(kinds.namespaces, { metadata: { name: 'shop' } });
  await stage.admin.create(kinds.deployments, deployment);
  await waitFor('the service is seen', async () => (await tidegate.query(graphql('{ services { totalCount } }'))).services.totalCount === 1);
});
afterAll(async () => {
  await tidegate.close();
  await stage.end();
});

it('answers with the types of the document', async () => {
  const answer = await tidegate.query(graphql('query ($namespace: String) { services(filter: { namespace: $namespace }) { edges { node { id name state } } } }'), { namespace: 'shop' });
  const [edge] = answer.services.edges;
  const state: 'ASLEEP' | 'DEGRADED' | 'FAILED' | 'PROGRESSING' | 'READY' | 'STOPPED' | undefined = edge?.node.state;
  expect({ id: edge?.node.id, name: edge?.node.name, state }).toEqual({ id: ID, name: 'cart', state: 'PROGRESSING' });
});

it('spreads fragments', async () => {
  const Named = graphql('fragment Named on ServiceObject { name namespace }');
  const answer = await tidegate.query(graphql('query ($id: ID!) { service(id: $id) { ...Named } }', [Named]), { id: ID });
  expect(answer.service).toEqual({ name: 'cart', namespace: 'shop' });
});

it.each([
  { socket: 'of Node', options: {} },
  { socket: 'of ws', options: { webSocket: WebSocketOfWs } },
])('tells the state and each change, by the WebSocket $socket', async ({ options }) => {
  const client = connect({ url: `${address()}/`, token: TOKEN, ...options });
  const before = (await stage.admin.get(kinds.deployments, 'cart', 'shop'))?.spec?.replicas ?? 0;
  const seen: number[] = [];
  for await (const { service } of client.subscribe(WANTED, { id: ID })) {
    seen.push(service?.replicas.wanted ?? -1);
    if (seen.length === 1) await client.mutate(SCALE, { input: { id: ID, replicas: before + 2 } });
    if (seen.at(-1) === before + 2) break;
  }
  expect([seen[0], seen.at(-1)]).toEqual([before, before + 2]);
  await client.close();
});

it('ends a subscription with its signal', async () => {
  const ended = new AbortController();
  let states = 0;
  for await (const _ of tidegate.subscribe(WANTED, { id: ID }, { signal: ended.signal })) {
    states += 1;
    ended.abort();
  }
  expect(states).toBe(1);
  for await (const _ of tidegate.subscribe(WANTED, { id: ID }, { signal: ended.signal })) states += 1;
  expect(states).toBe(1);
});

describe('says what is wrong, with', () => {
  const failure = async (asked: Promise<unknown>): Promise<RequestError> => {
    const error = await asked.then(
      () => undefined,
      (e: unknown) => e,
    );
    if (!(error instanceof RequestError)) throw new Error(`not refused as expected: ${String(error)}`);
    return error;
  };
  const first = async (client: Tidegate, id = ID): Promise<unknown> => client.subscribe(WANTED, { id }).next();

  it('the field of an input', async () => {
    const error = await failure(tidegate.mutate(SCALE, { input: { id: ID, replicas: 5000 } }));
    expect(error).toMatchObject({ code: 'API_INPUT_INVALID', path: ['scaleService'], fields: [{ field: 'input.replicas', message: error.message }] });
  });

  it('the same for a subscription', async () => {
    expect(await failure(first(tidegate, 'nothing'))).toMatchObject({ code: 'API_INPUT_INVALID', remedy: 'Take it from the field "id" of an object.', fields: [{ field: 'id' }] });
  });

  it('a wrong token', async () => {
    const stranger = connect({ url: address(), token: 'wrong' });
    expect(await failure(stranger.query(graphql('{ me { displayName } }')))).toMatchObject({ code: 'API_NOT_SIGNED_IN' });
    expect(await failure(first(stranger))).toMatchObject({ code: 'CLIENT_DISCONNECTED' });
  });

  it('an address where nobody answers, or somebody else, or nobody in time', async () => {
    const other = createServer((request, response) => void (request.url === '/slow/graphql' ? undefined : response.end('<html>')));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const me = graphql('{ me { displayName } }');
    try {
      expect(await failure(connect({ url: at }).query(me))).toMatchObject({ code: 'CLIENT_ANSWER_UNKNOWN' });
      expect(await failure(connect({ url: `${at}/slow`, timeoutMs: 50 }).query(me))).toMatchObject({ code: 'CLIENT_TIMED_OUT' });
      const aborted = new AbortController();
      aborted.abort(new Error('enough'));
      await expect(connect({ url: `${at}/slow` }).query(me, {}, { signal: aborted.signal })).rejects.toThrow('enough');
    } finally {
      other.closeAllConnections();
      await new Promise((resolve) => other.close(resolve));
    }
    expect(await failure(connect({ url: at }).query(me))).toMatchObject({ code: 'CLIENT_UNREACHABLE' });
  });

  it('an address that is none', () => {
    for (const url of ['nowhere', 'ftp://127.0.0.1/']) expect(() => connect({ url })).toThrow(expect.objectContaining({ code: 'CLIENT_OPTIONS_INVALID' }) as Error);
  });
});
