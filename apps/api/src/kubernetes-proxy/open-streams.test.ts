import { CREDENTIAL_SCOPES, type Caller } from '@tidegate/access';
import { OpenStreams } from './open-streams.js';

const caller = (id: string): Caller => ({ id, displayName: id, kind: 'Person', user: `tidegate:${id}`, groups: [], credential: { kind: 'Token', id: '1' }, scopes: CREDENTIAL_SCOPES, address: '' });
const STREAM = { isStream: true };

it('lets nobody have more than 200 at once, also while they begin, and counts each of them down once', () => {
  const streams = new OpenStreams({ watch: () => () => undefined });
  const open = Array.from({ length: 200 }, () => streams.begin(caller('ada'), STREAM));
  expect(() => streams.begin(caller('ada'), STREAM)).toThrow('You have 200 streams open.');
  expect(() => streams.begin(caller('eve'), STREAM)).not.toThrow();
  expect(() => streams.begin(caller('ada'), { isStream: false })).not.toThrow();
  open[0]?.end();
  open[0]?.end();
  expect(() => streams.begin(caller('ada'), STREAM)).not.toThrow();
  expect(() => streams.begin(caller('ada'), STREAM)).toThrow('You have 200 streams open.');
});

it('ends what is open when the credential is revoked, or all ends, and nothing that is over', () => {
  const watches = new Set<() => void>();
  const streams = new OpenStreams({
    watch: (_, ended) => {
      watches.add(ended);
      return () => watches.delete(ended);
    },
  });
  const ended: string[] = [];
  const begin = (name: string) => {
    const stream = streams.begin(caller('ada'), STREAM);
    stream.onRevoked(() => ended.push(name));
    return stream;
  };
  begin('first').end();
  begin('second');
  for (const end of watches) end();
  expect(ended).toEqual(['second']);
  streams.endAll();
  expect(ended).toEqual(['second', 'second']);
  const late = streams.begin(caller('ada'), STREAM);
  late.end();
  late.onRevoked(() => ended.push('late'));
  streams.endAll();
  expect(ended).not.toContain('late');
});
