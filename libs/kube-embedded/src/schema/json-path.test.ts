import { parseJsonPath } from './json-path.js';

const document = {
  metadata: { name: 'n', annotations: { 'a.b/c': 'x' } },
  spec: {
    replicas: 3,
    list: ['p', 'q', 'r'],
    hosts: [
      { name: 'a', port: 1 },
      { name: 'b', port: 2, tls: true },
    ],
  },
};

describe('JSONPath', () => {
  it.each([
    ['.metadata.name', ['n']],
    ['{.metadata.name}', ['n']],
    ['$.spec.replicas', [3]],
    ['.spec.list', [['p', 'q', 'r']]],
    ['.spec.list[0]', ['p']],
    ['.spec.list[-1]', ['r']],
    ['.spec.list[1:3]', ['q', 'r']],
    ['.spec.list[*]', ['p', 'q', 'r']],
    ['.spec.hosts[*].port', [1, 2]],
    ['.spec.hosts[?(@.name=="b")].port', [2]],
    [".spec.hosts[?(@.name=='b')].port", [2]],
    ['.spec.hosts[?(@.port>1)].name', ['b']],
    ['.spec.hosts[?(@.tls)].name', ['b']],
    ['..port', [1, 2]],
    ['.metadata.annotations.a\\.b/c', ['x']],
    [".metadata.annotations['a.b/c']", ['x']],
    ['.spec.missing.deeper', []],
    ['.spec.list[7]', []],
  ])('%s', (path, result) => {
    expect(parseJsonPath(path)?.(document)).toEqual(result);
  });

  it.each(['.a[', '.a[?(', '.a[b]', '[?(@.x ~ 1)]'])('%s is no path', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });
});
