import { SHELL, chooseContainer, readAskedTerminal } from './asked-terminal.js';

const at = { namespace: 'shop', pod: 'web-1' };

it.each([
  { name: 'a shell by default', query: at, asked: { ...at, command: SHELL } },
  { name: 'one word', query: { ...at, command: 'top' }, asked: { ...at, command: ['top'] } },
  { name: 'several words, in a container', query: { ...at, container: 'app', command: ['ls', '-l'] }, asked: { ...at, container: 'app', command: ['ls', '-l'] } },
  { name: 'attached', query: { ...at, attach: 'true' }, asked: at },
])('reads $name', ({ query, asked }) => {
  expect(readAskedTerminal(query)).toEqual(asked);
});

it.each([
  { name: 'no pod', query: { namespace: 'shop' } },
  { name: 'a path for a name', query: { ...at, pod: '../secrets' } },
  { name: 'two pods', query: { namespace: 'shop', pod: ['a', 'b'] } },
  { name: 'a word that it does not know', query: { ...at, user: 'admin' } },
  { name: 'a command and attach', query: { ...at, attach: 'true', command: 'sh' } },
  { name: 'an empty command', query: { ...at, command: '' } },
  { name: 'a NUL', query: { ...at, command: 'a\0b' } },
  { name: 'a command without end', query: { ...at, command: 'x'.repeat(5_000) } },
  { name: 'too many words', query: { ...at, command: Array.from({ length: 65 }, () => 'x') } },
])('refuses $name', ({ query }) => {
  expect(() => readAskedTerminal(query)).toThrow(expect.objectContaining({ code: 'API_INPUT_INVALID' }));
});

const pod = (annotation?: string) => ({
  metadata: { name: 'web-1', ...(annotation === undefined ? {} : { annotations: { 'kubectl.kubernetes.io/default-container': annotation } }) },
  spec: { containers: [{ name: 'app' }, { name: 'side', tty: true, stdin: true }] },
});

it.each([
  { name: 'the first', pod: pod(), asked: undefined, container: 'app' },
  { name: 'the default of the pod', pod: pod('side'), asked: undefined, container: 'side' },
  { name: 'the first, when the default is none', pod: pod('gone'), asked: undefined, container: 'app' },
  { name: 'the one that is named', pod: pod('app'), asked: 'side', container: 'side' },
])('chooses $name', ({ pod: of, asked, container }) => {
  expect(chooseContainer(of, asked).name).toBe(container);
});

it('names the containers that there are', () => {
  expect(() => chooseContainer(pod(), 'other')).toThrow(expect.objectContaining({ message: 'The pod web-1 has no container other.', remedy: 'It has app, side.' }));
});
