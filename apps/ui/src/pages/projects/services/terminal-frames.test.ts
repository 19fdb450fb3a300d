import { messagesOf, pathOfTerminal, readTerminalFrame } from './terminal-frames';

const place = { namespace: 'shop', pod: 'web-1', container: 'app', line: 'ls | wc -l' };

it.each([
  { choice: 'shell' as const, query: [] },
  { choice: 'sh' as const, query: [['command', 'sh']] },
  { choice: 'attach' as const, query: [['attach', 'true']] },
  { choice: 'command' as const, query: [['command', 'sh'], ['command', '-c'], ['command', 'ls | wc -l']] },
])('asks for $choice', ({ choice, query }) => {
  const url = new URL(pathOfTerminal({ ...place, choice }), 'http://here');
  expect(url.pathname).toBe('/terminal');
  expect([...url.searchParams]).toEqual([['namespace', 'shop'], ['pod', 'web-1'], ['container', 'app'], ['acknowledges', 'true'], ...query]);
});

it.each([
  { name: 'an exit code', frame: { type: 'ended', exitCode: 7 }, read: { type: 'ended', exitCode: 7 } },
  {
    name: 'a refusal',
    frame: { type: 'ended', code: 'API_FORBIDDEN', message: 'ada may not.', remedy: 'Ask.' },
    read: { type: 'ended', problem: { sentence: 'ada may not.', remedy: 'Ask.', code: 'API_FORBIDDEN', fields: {} } },
  },
  { name: 'what is not known yet', frame: { type: 'later' }, read: undefined },
])('reads $name', ({ frame, read }) => {
  expect(readTerminalFrame(JSON.stringify(frame))).toEqual(read);
});

it('cuts what is pasted into messages, and loses nothing', () => {
  const keys = new Uint8Array(70_000).map((_, n) => n % 251);
  const messages = messagesOf(keys);
  expect(messages.map((m) => m.length)).toEqual([32_768, 32_768, 4_464]);
  expect(messages.flatMap((m) => [...m])).toEqual([...keys]);
  expect(messagesOf(new Uint8Array())).toEqual([]);
});
