import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { instancePaths } from '../instance/paths.js';
import { Connection, originOf, throwProblem } from './connection.js';
import { group, printed, verb } from './verbs.js';

const outcome = { value: [{ name: 'shop' }], rows: [['NAME', 'STATE'], ['shop', 'ready']], text: ['More.'] };

it.each([
  ['table', ['NAME  STATE', 'shop  ready', 'More.']],
  ['json', ['[\n  {\n    "name": "shop"\n  }\n]']],
  ['yaml', ['- name: shop']],
])('prints as %s', (format, lines) => expect(printed(outcome, format)).toEqual(lines));

describe('a group', () => {
  const context = (argv: string[], out: string[] = []) => ({ paths: instancePaths('/nowhere/tidegate', 0), uid: 0, argv, dataIsChosen: true, out: (line: string) => void out.push(line) });
  const command = group('thing', 'Things.', { get: verb({ takes: 'NAME', does: 'one of them', words: [1, 1], options: {}, run: async () => ({ value: 1 }) }) });

  it.each([[['frob'], /"frob" is nothing that "tidegate thing" does: get/], [['get'], /Write it as: tidegate thing get NAME/], [['get', 'a', 'b'], /Write it as/], [['get', 'a', '-o', 'xml'], /-o is one of table, json, yaml/], [['get', 'a', '--nope'], /nope/]])(
    'refuses %j',
    async (argv, sentence) => expect(command(context(argv))).rejects.toThrow(sentence),
  );
  it('says so where nobody is signed in', async () => expect(command(context(['get', 'a']))).rejects.toThrow(/not signed in anywhere/));
  it.each([[[]], [['help']], [['get', '--help']]])('helps: %j', async (argv) => {
    const out: string[] = [];
    expect(await command(context(argv, out))).toBe(0);
    expect(out.join('\n')).toContain('tidegate thing get NAME\n      one of them');
  });
});

describe('a connection', () => {
  it.each(['http://tidegate.example', 'http://10.0.0.1:8080'])('tells no secret over plain HTTP to %s', (url) => expect(() => new Connection(url, {})).toThrow(/not encrypted/));
  it.each(['tidegate.example', 'ftp://tidegate.example', 'https://tidegate.example/graphql'])('refuses %s', (url) => expect(() => new Connection(url, {})).toThrow(/is not the address of a platform/));
  it.each(['http://localhost:7300', 'http://127.0.0.1:7300', 'http://[::1]:7300', 'https://tidegate.example'])('takes %s', (url) => expect(new Connection(url, {}).url).toBe(url));
  it('is led by any page of the console', () => expect(originOf('https://tidegate.example/services?x=1')).toBe('https://tidegate.example'));

  it('says when something else answers', async () => {
    const server = createServer((_, response) => response.end('<html>')).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const api = new Connection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {});
    await expect(api.ask('{ me { id } }')).rejects.toThrow(/does not answer\. It answered 200, and not as Tidegate does/);
    await api.close();
    server.close();
    await expect(new Connection(api.url, {}).ask('{ me { id } }')).rejects.toThrow(/does not answer/);
  });

  it('says what the API said, with the field', () => {
    const body = { errors: [{ message: 'It is not valid.', extensions: { code: 'API_INPUT_INVALID', field: 'input.name', remedy: 'Mend it.' } }] };
    expect(() => throwProblem({ status: 200, cookies: [], body })).toThrow(expect.objectContaining({ message: 'input.name: It is not valid.', remedy: 'Mend it.', code: 'API_INPUT_INVALID' }));
  });
});
