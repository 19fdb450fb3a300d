import { spawnSync } from 'node:child_process';
import path from 'node:path';

it('documents and types are what the schema and the .graphql files say', () => {
  const folder = path.resolve(import.meta.dirname, '..');
  const { status, stderr } = spawnSync(process.execPath, ['codegen.mjs', '--check'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
