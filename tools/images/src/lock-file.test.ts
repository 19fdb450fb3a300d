import { LockFile, productionClosure } from './lock-file.js';

const linux = { os: 'linux', cpu: 'x64' };
const closure = (packages: LockFile['packages'], roots = ['apps/a']) => productionClosure(LockFile.parse({ packages }), roots, linux);

describe('what an app needs when it runs', () => {
  const rows: { name: string; packages: LockFile['packages']; workspaces?: string[]; folders: string[] }[] = [
    {
      name: 'follows links to workspaces and what these need',
      packages: {
        'apps/a': { dependencies: { '@x/lib': '*' } },
        'node_modules/@x/lib': { link: true, resolved: 'libs/lib' },
        'libs/lib': { dependencies: { zod: '4' } },
        'node_modules/zod': { version: '4.0.0' },
      },
      workspaces: ['apps/a', 'libs/lib'],
      folders: ['node_modules/zod'],
    },
    {
      name: 'finds the nearest of two versions',
      packages: {
        'apps/a': { dependencies: { b: '1' } },
        'node_modules/b': { dependencies: { c: '1' } },
        'node_modules/b/node_modules/c': { version: '1.0.0', dependencies: { d: '1' } },
        'node_modules/c': { version: '2.0.0' },
        'node_modules/d': { version: '1.0.0' },
      },
      folders: ['node_modules/b', 'node_modules/b/node_modules/c', 'node_modules/d'],
    },
    {
      name: 'leaves out development dependencies, optional peers and what is for other systems',
      packages: {
        'apps/a': { dependencies: { b: '1' }, peerDependencies: { p: '1', q: '1' }, peerDependenciesMeta: { q: { optional: true } } },
        'node_modules/b': { optionalDependencies: { mac: '1', here: '1', absent: '1' } },
        'node_modules/p': { version: '1.0.0' },
        'node_modules/q': { version: '1.0.0' },
        'node_modules/mac': { os: ['darwin'] },
        'node_modules/here': { os: ['linux'], cpu: ['!arm64'] },
      },
      folders: ['node_modules/b', 'node_modules/here', 'node_modules/p'],
    },
    {
      name: 'ends when packages need each other',
      packages: {
        'apps/a': { dependencies: { b: '1' } },
        'node_modules/b': { dependencies: { c: '1' } },
        'node_modules/c': { dependencies: { b: '1' } },
      },
      folders: ['node_modules/b', 'node_modules/c'],
    },
  ];
  it.each(rows)('$name', ({ packages, workspaces, folders }) => {
    const found = closure(packages);
    expect(found.packages).toEqual(folders);
    expect(found.workspaces).toEqual(workspaces ?? ['apps/a']);
  });

  it('refuses a lock file that is not whole', () => {
    expect(() => closure({ 'apps/a': { dependencies: { gone: '1' } } })).toThrow('apps/a needs gone');
  });
});
