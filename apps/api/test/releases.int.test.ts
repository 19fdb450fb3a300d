import { ACTION_ANNOTATION, ACTION_BY_ANNOTATION, ACTION_REASON_ANNOTATION, releases } from '@tidegate/delivery-contract';
import { waitFor } from '@tidegate/testing';
import { Stage, putRelease } from './stage.js';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.start();
});
afterAll(() => stage.end());

const RELEASE =
  'query ($name: String!) { release(namespace: "default", name: $name) { id name phase weight why can { action allowed because } steps { text state } } }';
const ACT = 'mutation ($input: ActOnReleaseInput!) { actOnRelease(input: $input) { name } }';
const act = (name: string, action: string, reason?: string) =>
  stage.ask(ACT, { input: { namespace: 'default', name, action, ...(reason === undefined ? {} : { reason }) } });
const seen = (name: string) =>
  waitFor(`${name} is listed`, async () => ((await stage.ask(RELEASE, { name })).data as { release: unknown }).release);

describe('queries', () => {
  it('shows a release as it is, and null for one that is not there', async () => {
    await putRelease(stage.admin, 'shown', { phase: 'Paused', step: 1, weight: 5, message: 'Paused by hand.' });
    await seen('shown');
    expect((await stage.ask(RELEASE, { name: 'shown' })).data).toEqual({
      release: {
        id: Buffer.from('Release:default/shown').toString('base64url'),
        name: 'shown',
        phase: 'Paused',
        weight: 5,
        why: 'Paused by hand.',
        can: [
          { action: 'PROMOTE', allowed: true, because: null },
          { action: 'PAUSE', allowed: false, because: 'The release is already paused.' },
          { action: 'RESUME', allowed: true, because: null },
          { action: 'ABORT', allowed: true, because: null },
          { action: 'ROLLBACK', allowed: true, because: null },
        ],
        steps: [
          { text: '5 % for at least 30s, then on when the judge does not object', state: 'DONE' },
          { text: '50 % for at least 10s, then on when a person promotes', state: 'NOW' },
        ],
      },
    });
    expect(await stage.ask(RELEASE, { name: 'nothing' })).toEqual({ data: { release: null } });
  });
  it('lists one namespace or all', async () => {
    await putRelease(stage.admin, 'listed');
    await seen('listed');
    const names = async (args: string) =>
      ((await stage.ask(`{ releases${args} { name } }`)).data as { releases: { name: string }[] }).releases.map((r) => r.name);
    expect(await names('')).toContain('listed');
    expect(await names('(namespace: "default")')).toContain('listed');
    expect(await names('(namespace: "other")')).toEqual([]);
  });
});

describe('actOnRelease', () => {
  it("leaves the wish on the object with the person's rights and name", async () => {
    await putRelease(stage.admin, 'acted', { phase: 'Progressing' });
    expect(await act('acted', 'PAUSE', 'lunch')).toEqual({ data: { actOnRelease: { name: 'acted' } } });
    const { metadata } = (await stage.admin.get(releases, 'acted', 'default')) ?? {};
    expect(metadata?.annotations).toMatchObject({
      [ACTION_ANNOTATION]: 'pause',
      [ACTION_BY_ANNOTATION]: 'tidegate:admin',
      [ACTION_REASON_ANNOTATION]: 'lunch',
    });
  });
  it('takes away the reason of an older wish', async () => {
    await putRelease(stage.admin, 'again', { phase: 'Progressing' });
    await act('again', 'PAUSE', 'lunch');
    await act('again', 'ABORT');
    const { metadata } = (await stage.admin.get(releases, 'again', 'default')) ?? {};
    expect(metadata?.annotations?.[ACTION_REASON_ANNOTATION]).toBeUndefined();
  });
  it.each([
    {
      name: 'a release that is over',
      phase: 'Promoted',
      action: 'PAUSE',
      code: 'API_RELEASE_ACTION_REFUSED',
      says: 'The release is over (promoted).',
    },
    { name: 'resume without pause', phase: 'Progressing', action: 'RESUME', code: 'API_RELEASE_ACTION_REFUSED', says: 'not paused' },
    {
      name: 'a second way back',
      phase: 'RollingBack',
      action: 'ABORT',
      code: 'API_RELEASE_ACTION_REFUSED',
      says: 'already being rolled back',
    },
    {
      name: 'a long reason',
      phase: 'Progressing',
      action: 'PAUSE',
      reason: 'x'.repeat(501),
      code: 'API_INPUT_INVALID',
      says: 'longer than 500',
    },
    {
      name: 'a name that is none',
      phase: 'Progressing',
      release: '../nodes',
      action: 'PAUSE',
      code: 'API_RELEASE_NOT_FOUND',
      says: 'no release',
    },
  ] as const)('refuses $name', async (row) => {
    const made = `refused-${row.phase.toLowerCase()}-${row.action.toLowerCase()}${'reason' in row ? '-long' : ''}${'release' in row ? '-named' : ''}`;
    await putRelease(stage.admin, made, { phase: row.phase });
    const answer = await act(('release' in row ? row.release : undefined) ?? made, row.action, 'reason' in row ? row.reason : '');
    expect(answer.errors).toMatchObject([
      { message: expect.stringContaining(row.says), extensions: { code: row.code }, path: ['actOnRelease'] },
    ]);
    expect((await stage.admin.get(releases, made, 'default'))?.metadata?.annotations?.[ACTION_ANNOTATION]).toBeUndefined();
  });
  it('says the same over WebSocket', async () => {
    const problems = async (): Promise<unknown> => {
      const input = { namespace: 'default', name: 'nothing', action: 'PAUSE' };
      for await (const { errors } of stage.socket().iterate({ query: ACT, variables: { input } })) return errors;
      return undefined;
    };
    expect(await problems()).toMatchObject([
      {
        message: 'There is no release nothing in namespace default.',
        extensions: { code: 'API_RELEASE_NOT_FOUND', remedy: expect.any(String) },
      },
    ]);
  });
});

describe('bounds', () => {
  it.each([
    { name: 'a field that does not exist', query: '{ releases { secret } }', says: 'Cannot query field "secret"' },
    { name: 'a document that is none', query: '{ releases', says: 'Syntax Error' },
    {
      name: 'a deep document',
      query: `{ __schema { types { fields { ${'type { ofType { fields { '.repeat(6)} name ${'} } }'.repeat(6)} } } } }`,
      says: 'depth',
    },
  ])('refuses $name as a fault of the request', async ({ query, says }) => {
    const { errors } = await stage.ask(query);
    expect(errors?.[0]).toMatchObject({ message: expect.stringContaining(says), extensions: { code: 'API_REQUEST_INVALID' } });
  });
  it('refuses a large body before it reads it', async () => {
    const headers = { authorization: 'Bearer the-token-of-this-instance', 'content-type': 'application/json' };
    expect((await stage.send('POST', '/graphql', headers, JSON.stringify({ query: ' '.repeat(300_000) }))).status).toBe(413);
  });
});

describe('subscriptions', () => {
  const WATCH = 'subscription { release(namespace: "default", name: "watched") { phase weight } }';
  it('follows a release from before it is there, and ends with its reader', async () => {
    const got: unknown[] = [];
    const client = stage.socket();
    const stop = client.subscribe(
      { query: WATCH },
      { next: ({ data }) => got.push(data), error: (e) => got.push(e), complete: () => got.push('end') },
    );
    await waitFor('the first state', () => got.length === 1);
    const made = await putRelease(stage.admin, 'watched');
    await waitFor('the new release', () => got.some((d) => JSON.stringify(d).includes('Preparing')));
    await stage.admin.replaceStatus(releases, { ...made, status: { phase: 'Progressing', weight: 25 } });
    await waitFor('its change', () => got.some((d) => JSON.stringify(d) === '{"release":{"phase":"Progressing","weight":25}}'));
    await stage.admin.delete(releases, 'watched', 'default');
    await waitFor('its end', () => JSON.stringify(got.at(-1)) === '{"release":null}');
    expect(got[0]).toEqual({ release: null });
    stop();
    await waitFor('the end', () => got.at(-1) === 'end');
  });
  it('gives the whole list again when one changes', async () => {
    const got: { releases: { name: string }[] }[] = [];
    stage
      .socket()
      .subscribe<{ releases: { name: string }[] }>(
        { query: 'subscription { releases { name } }' },
        { next: ({ data }) => data && got.push(data), error: () => undefined, complete: () => undefined },
      );
    await waitFor('the first list', () => got.length === 1);
    await putRelease(stage.admin, 'newest');
    await waitFor('the list with the new one', () => got.at(-1)?.releases.some((r) => r.name === 'newest'));
  });
});
