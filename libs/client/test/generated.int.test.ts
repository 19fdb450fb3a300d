import { spawnSync } from 'node:child_process';
import path from 'node:path';

it('has the types of the committed schema', () => {
  const folder = path.resolve(import.meta.dirname, '..');
  const { status, stderr } = spawnSync(process.execPath, ['codegen.mjs', '--check'], { cwd: folder, encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
