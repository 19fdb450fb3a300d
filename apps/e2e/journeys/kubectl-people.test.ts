import { readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { Client, findClient } from './client.js';
import { Instance } from './instance.js';
import { type PeoplesPlatform, peopleUseKubectl } from './kubectl-of-people.js';

const kubectl = findClient('kubectl', 'TIDEGATE_KUBECTL');
const journey = kubectl ? describe : describe.skip;

journey(kubectl ? 'kubectl of people' : 'kubectl of people (not on this machine: set TIDEGATE_KUBECTL)', () => {
  const instance = new Instance();
  let platform: PeoplesPlatform;

  beforeAll(async () => {
    const up = await instance.run('up', '--detach');
    const { origin } = new URL(/Console +(http:\/\/\S+)/.exec(up.out)?.[1] ?? '');
    const owner = { authorization: `Bearer ${readFileSync(path.join(instance.data, 'private', 'console-token'), 'utf8').trim()}` };
    await waitFor('sign-in is ready', async () => ((await (await fetch(`${origin}/auth/state`)).json()) as { ready: boolean }).ready, 60_000);
    const admin = new Client(kubectl ?? '', ['--kubeconfig', await instance.kubeconfig()]);
    platform = { origin, owner, admin, kubectl: kubectl ?? '', program: { image: 'tidegate.dev/samples/hello:1.0.0' }, hasTar: true };
  });
  afterAll(() => instance.end());

  peopleUseKubectl(() => platform);
});
