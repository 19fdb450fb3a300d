import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Stage, TOKEN } from './stage.js';

const root = path.resolve(import.meta.dirname, '..', '..', '..');
const modules = path.join(root, 'node_modules');
const PROGRAM = `
import { connect, graphql } from '@tidegate/client';

const tidegate = connect({ url: process.env['URL'] ?? '', token: process.env['TOKEN'] ?? '' });
const { me } = await tidegate.query(graphql('{ me { displayName } }'));
const name: string = me.displayName;
for await (const { services } of tidegate.subscribe(graphql('subscription { services { totalCount } }'))) {
  const count: number = services.totalCount;
  console.log(name, count);
  break;
}
await tidegate.close();
`;
const WRONG = `
import { connect, graphql } from '@tidegate/client';

const tidegate = connect({ url: 'http://127.0.0.1:7300' });
const { me } = await tidegate.query(graphql('{ me { displayName } }'));
export const count: number = me.displayName;
await tidegate.query(graphql('query ($id: ID!) { service(id: $id) { name } }'));
await tidegate.query(graphql('query ($id: ID!) { service(id: $id) { name } }'), { id: 1 });
`;

let folder: string;
const tsc = (...words: string[]) => spawnSync(process.execPath, [path.join(modules, 'typescript', 'bin', 'tsc'), ...words], { cwd: folder, encoding: 'utf8' });

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'tidegate-stranger-'));
  const built = tsc('-b', path.join(root, 'libs', 'client', 'tsconfig.lib.json'));
  expect(built).toMatchObject({ status: 0, stdout: '' });
  const packed = spawnSync(process.execPath, [path.join(root, 'libs', 'client', 'pack.mjs'), folder], { encoding: 'utf8' });
  expect(packed).toMatchObject({ status: 0, stderr: '' });
  const target = path.join(folder, 'node_modules', '@tidegate', 'client');
  mkdirSync(target, { recursive: true });
  expect(spawnSync('tar', ['-xzf', packed.stdout.trim(), '--strip-components=1', '-C', target]).status).toBe(0);
  // What npm would install beside it.
  for (const name of ['graphql', 'graphql-ws', 'gql.tada', '@gql.tada', '@0no-co', '@types', 'undici-types', 'typescript']) symlinkSync(path.join(modules, name), path.join(folder, 'node_modules', name));
  const options = { target: 'es2023', lib: ['es2023', 'dom'], module: 'nodenext', strict: true, types: ['node'], skipLibCheck: false, outDir: 'out' };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
  writeFileSync(path.join(folder, 'tsconfig.wrong.json'), JSON.stringify({ compilerOptions: { ...options, noEmit: true }, files: ['wrong.ts'] }));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }\n');
  writeFileSync(path.join(folder, 'program.ts'), PROGRAM);
  writeFileSync(path.join(folder, 'wrong.ts'), WRONG);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A compiler takes its time on a busy machine. */
const COMPILING_MS = 60_000;

it('compiles and runs in a program of others', async () => {
  expect(tsc('-p', '.')).toMatchObject({ status: 0, stdout: '' });
  const stage = await Stage.start();
  try {
    const env = { PATH: process.env['PATH'], URL: `http://127.0.0.1:${stage.port}`, TOKEN };
    const { stdout } = await promisify(execFile)(process.execPath, ['out/program.js'], { cwd: folder, env });
    expect(stdout).toBe('Owner 0\n');
  } finally {
    await stage.end();
  }
}, COMPILING_MS);

it('wrong types, missing and wrong variables do not compile', () => {
  const { status, stdout } = tsc('-p', 'tsconfig.wrong.json');
  expect({ status, lines: [...stdout.matchAll(/^wrong\.ts\((\d+),/gm)].map((m) => Number(m[1])) }).toEqual({ status: 2, lines: [6, 7, 8] });
}, COMPILING_MS);
