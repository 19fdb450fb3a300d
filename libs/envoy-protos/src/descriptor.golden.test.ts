import { readFileSync, writeFileSync } from 'node:fs';
import { buildDescriptor } from './build-descriptor.js';
import { DESCRIPTOR_FILE } from './messages.js';

it('the generated definitions are those of the installed protos', () => {
  const built = `${JSON.stringify(buildDescriptor())}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(DESCRIPTOR_FILE, built);
  expect(readFileSync(DESCRIPTOR_FILE, 'utf8') === built).toBe(true);
});
