// Builds every project with the native TypeScript compiler (the JavaScript one stays for lint and tests), and the console.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const run = (args, cwd = root) => {
  const done = spawnSync(process.execPath, args, { cwd, stdio: 'inherit' });
  if (done.status !== 0) process.exit(done.status ?? 1);
};
run([path.join(root, 'node_modules/tsc7/bin/tsc'), '-b', 'tsconfig.build.json']);
if (existsSync(path.join(root, 'apps/ui/index.html')))
  run([path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], path.join(root, 'apps/ui'));
