import { SESSION } from '../src/index.js';
import { type Stage, stage } from './stage.js';

let s: Stage;
const from = { address: '192.0.2.1', userAgent: 'test' };
const at = (address: string) => ({ ...from, address });
const GOOD = 'correct horse battery';
let serial = 0;
/** A new person for each test. */
const person = async (groups: string[] = []): Promise<string> => {
  serial += 1;
  const id = `person-${serial}`;
  await s.identity.accounts.create({ id, kind: 'Person', displayName: `Person ${serial}`, password: GOOD });
  for (const group of groups) await s.identity.accounts.addMember(group, id);
  return id;
};

beforeAll(async () => {
  s = await stage({ setupToken: 'one-time-words', owner: { id: 'admin', token: 'owner-words' } });
}, 120_000);
afterAll(() => s.close());
afterEach(() => {
  s.recorded.length = 0;
});

describe('the first administrator', () => {
  it('is made once, by the setup token alone', async () => {
    const { signIn, accounts } = s.identity;
    expect(await signIn.needsSetup()).toBe(true);
    const input = { token: 'guess', account: 'root-of-all', displayName: 'Grace', password: GOOD };
    await expect(signIn.setUp(input, from)).rejects.toThrow('The setup token is wrong.');
    await expect(signIn.setUp({ ...input, token: 'one-time-words', password: 'short' }, from)).rejects.toThrow('12 characters');
    const made = await signIn.setUp({ ...input, token: 'one-time-words' }, from);
    expect(made.account.memberships.map((m) => m.groupName)).toEqual(['administrators']);
    expect(await signIn.needsSetup()).toBe(false);
    await expect(signIn.setUp({ ...input, token: 'one-time-words', account: 'second' }, from)).rejects.toThrow('exists already');
    await expect(accounts.delete('root-of-all')).rejects.toThrow('is the last administrator and cannot be deleted');
    await expect(accounts.setEnabled('root-of-all', false)).rejects.toThrow('cannot be disabled');
    await expect(accounts.removeMember('administrators', 'root-of-all')).rejects.toThrow('cannot be taken out');
    expect(s.recorded.map((r) => `${r.action} ${r.result}`)).toEqual(['platform.setup Denied', 'platform.setup Succeeded', 'platform.setup Denied']);
  });
});

describe('names', () => {
  it('are never given again', async () => {
    const id = await person();
    await expect(s.identity.accounts.create({ id, kind: 'Person', displayName: 'x' })).rejects.toThrow('is taken, or was');
    await s.identity.accounts.delete(id);
    await expect(s.identity.accounts.create({ id, kind: 'Machine', displayName: 'x' })).rejects.toThrow('is taken, or was');
    expect(await s.identity.accounts.find(id)).toBeNull();
  });

  it.each(['system:masters', 'system', 'tidegate', 'administrators'])('refuse %s', async (id) => {
    await expect(s.identity.accounts.create({ id, kind: 'Person', displayName: 'x' })).rejects.toMatchObject({ code: 'ID_NAME_REFUSED', field: 'name' });
  });
});

describe('sign-in by password', () => {
  it('gives a session that says who, and ends when told', async () => {
    const id = await person(['administrators']);
    const { session } = await s.identity.signIn.withPassword(id, GOOD, from);
    const found = await s.identity.authenticator.authenticate({ cookie: session.secret, address: '192.0.2.9' });
    expect(found?.caller).toMatchObject({ id, user: `tidegate:${id}`, groups: ['tidegate:administrators', 'tidegate:everybody'], address: '192.0.2.9', kind: 'Person' });
    await s.identity.sessions.end(session.id);
    expect(await s.identity.authenticator.authenticate({ cookie: session.secret, address: '192.0.2.9' })).toBeUndefined();
  });

  it('says the same for an unknown account, a wrong password and a disabled account, and records each', async () => {
    const [id, disabled] = [await person(), await person()];
    await s.identity.accounts.setEnabled(disabled, false);
    const texts = await Promise.all(
      [['nobody-here', GOOD], [id, 'wrong horse battery'], [disabled, GOOD], ['system:admin', GOOD], ['x\ny', GOOD]].map(([name = '', password = '']) =>
        s.identity.signIn.withPassword(name, password, at('192.0.2.2')).catch(String),
      ),
    );
    expect(new Set(texts).size).toBe(1);
    expect(s.recorded).toHaveLength(5);
    expect(s.recorded.every((r) => r.result === 'Denied' && r.caller === undefined && r.address === '192.0.2.2')).toBe(true);
    expect(s.recorded.map((r) => r.attempted)).toContain('x y');
    expect(JSON.stringify(s.recorded)).not.toContain('horse');
  });

  it('delays an account after failures, also when a hundred come at once, and not for ever', async () => {
    const id = await person();
    const guesses = await Promise.all(Array.from({ length: 30 }, (_, i) => s.identity.signIn.withPassword(id, 'wrong guess number x', at(`198.51.100.${i}`)).catch((e: { code: string }) => e.code)));
    expect(guesses.filter((c) => c === 'ID_SIGN_IN_REFUSED')).toHaveLength(5);
    expect(guesses.filter((c) => c === 'ID_SIGN_IN_DELAYED')).toHaveLength(25);
    await expect(s.identity.signIn.withPassword(id, GOOD, at('203.0.113.1'))).rejects.toMatchObject({ code: 'ID_SIGN_IN_DELAYED', retryAfterSeconds: 2 });
    s.clock.advance(2_000);
    const { session } = await s.identity.signIn.withPassword(id, GOOD, at('203.0.113.1'));
    expect(session.secret).toHaveLength(43);
    await expect(s.identity.signIn.withPassword(id, 'wrong guess number x', at('203.0.113.1'))).rejects.toMatchObject({ code: 'ID_SIGN_IN_REFUSED' });
  }, 60_000);

  it('delays an address that tries many accounts', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 21; i += 1) codes.push(await s.identity.signIn.withPassword(`guess-${i}`, GOOD, at('198.51.100.200')).catch((e: { code: string }) => e.code) as string);
    expect(codes.slice(0, 20)).toEqual(Array.from({ length: 20 }, () => 'ID_SIGN_IN_REFUSED'));
    expect(codes[20]).toBe('ID_SIGN_IN_DELAYED');
    const id = await person();
    await expect(s.identity.signIn.withPassword(id, GOOD, at('198.51.100.201'))).resolves.toBeDefined();
  }, 60_000);

  it('asks for a new password after a reset', async () => {
    const id = await person();
    await s.identity.accounts.resetPassword(id, 'another long phrase');
    const { session } = await s.identity.signIn.withPassword(id, 'another long phrase', at('203.0.113.7'));
    const authenticate = () => s.identity.authenticator.authenticate({ cookie: session.secret, address: '203.0.113.7' });
    expect((await authenticate())?.mustChangePassword).toBe(true);
    await expect(s.identity.accounts.changePassword(id, 'not the present one', GOOD)).rejects.toMatchObject({ field: 'present' });
    await s.identity.accounts.changePassword(id, 'another long phrase', 'a third long phrase');
    s.clock.advance(4_000);
    expect((await authenticate())?.mustChangePassword).toBe(false);
  });
});

describe('sessions', () => {
  it('change their secret each hour; the former one is good for a minute; idle ones end', async () => {
    const id = await person();
    const { session } = await s.identity.signIn.withPassword(id, GOOD, at('203.0.113.8'));
    const use = (cookie: string) => s.identity.authenticator.authenticate({ cookie, address: '203.0.113.8' });
    s.clock.advance(SESSION.rotateAfterMs + 1);
    const both = await Promise.all([use(session.secret), use(session.secret)]);
    const [rotated, ...others] = both.flatMap((b) => (b?.rotated ? [b.rotated] : []));
    expect(others).toEqual([]);
    expect(rotated?.secret).not.toBe(session.secret);
    expect(await use(session.secret)).toBeDefined();
    s.clock.advance(SESSION.formerGoodMs + 4_000);
    expect(await use(session.secret)).toBeUndefined();
    expect(await use(rotated?.secret ?? '')).toBeDefined();
    s.clock.advance(SESSION.idleMs + SESSION.seenEveryMs + 1);
    expect(await use(rotated?.secret ?? '')).toBeUndefined();
    expect(await s.identity.sessions.list(id)).toEqual([]);
  });
});

describe('tokens', () => {
  it('are shown once, have scopes and an end, and are revoked at once', async () => {
    const id = await person();
    const { secret, token } = await s.identity.tokens.create(id, { name: 'ci', scopes: ['kubernetes', 'read'], days: 30, workspace: 'blue' }, id);
    expect(JSON.stringify(token)).not.toContain(secret);
    const use = () => s.identity.authenticator.authenticate({ bearer: secret, address: '::1' });
    expect((await use())?.caller).toMatchObject({ id, scopes: ['read', 'kubernetes'], workspace: 'blue', credential: { kind: 'Token', id: token.id } });
    const caller = (await use())?.caller;
    let ended = 0;
    if (caller) s.identity.watch(caller, () => (ended += 1));
    await s.identity.tokens.revoke(token.id, 'somebody-else');
    expect(await s.identity.tokens.list(id)).toHaveLength(1);
    await s.identity.tokens.revoke(token.id, id);
    expect(ended).toBe(1);
    expect(await use()).toBeUndefined();
  });

  it('end by themselves', async () => {
    const id = await person();
    const { secret } = await s.identity.tokens.create(id, { name: 'short', scopes: ['read'], days: 1 }, id);
    s.clock.advance(24 * 3_600_000);
    expect(await s.identity.authenticator.authenticate({ bearer: secret, address: '::1' })).toBeUndefined();
  });

  it.each([
    { name: 'no scope', input: { name: 'x', scopes: [], days: 1 }, field: 'scopes' },
    { name: 'a strange scope', input: { name: 'x', scopes: ['read', 'root'], days: 1 }, field: 'scopes' },
    { name: 'no name', input: { name: ' \n', scopes: ['read'], days: 1 }, field: 'name' },
    { name: 'no end', input: { name: 'x', scopes: ['read'], days: 10_000 }, field: 'days' },
  ])('refuse $name', async ({ input, field }) => {
    await expect(s.identity.tokens.create(await person(), input, 'x')).rejects.toMatchObject({ field });
  });

  it('of the instance’s owner need no database row', () => {
    expect(s.identity.authenticator.owned('owner-words', '::1')?.caller).toMatchObject({ id: 'admin', groups: ['tidegate:administrators', 'tidegate:everybody'] });
    expect(s.identity.authenticator.owned('owner-word', '::1')).toBeUndefined();
  });
});

it('tells open streams on another replica within seconds when a credential is revoked', async () => {
  const other = s.open();
  const id = await person();
  const { secret, token } = await s.identity.tokens.create(id, { name: 'x', scopes: ['read'], days: 1 }, id);
  const found = await other.authenticator.authenticate({ bearer: secret, address: '::1' });
  const ended = new Promise<void>((resolve) => found && other.watch(found.caller, resolve));
  await s.identity.tokens.revoke(token.id);
  await ended;
}, 30_000);
