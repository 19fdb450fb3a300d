import { execFileSync } from 'node:child_process';
import { environmentScript } from './network-entry.js';
import { hostsFile } from './hosts-file.js';

it('hands a shell every value as it is', () => {
  const environment = new Map([['PLAIN', 'a b'], ['QUOTED', `it's "$HOME" \`id\` \\`], ['LINES', 'a\nb\n'], ['EMPTY', ''], ['not.a.name', 'x']]);
  const print = `${environmentScript(environment)}printf '%s|%s|%s|%s' "$PLAIN" "$QUOTED" "$LINES" "$EMPTY"`;
  expect(execFileSync('/bin/sh', ['-c', print], { encoding: 'utf8' })).toBe(`a b|it's "$HOME" \`id\` \\|a\nb\n|`);
});

it('writes the hosts file of a pod', () => {
  const pod = { metadata: { name: 'p', namespace: 'n' }, spec: { containers: [], hostAliases: [{ ip: '10.1.2.3', hostnames: ['db', 'db.local'] }] } };
  const service = { metadata: { name: 'hello', namespace: 'n' } };
  const text = hostsFile(pod, '100.69.0.2', [{ service, address: '127.69.128.4', boundPort: () => undefined }]);
  expect(text.split('\n')).toEqual(
    expect.arrayContaining(['127.0.0.1\tlocalhost', '100.69.0.2\tp', '10.1.2.3\tdb\tdb.local', '127.69.128.4\thello\thello.n\thello.n.svc\thello.n.svc.cluster.local']),
  );
});
