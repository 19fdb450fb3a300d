import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { toUserText } from '@tidegate/kernel';
import { z } from 'zod';
import { buildImages } from './build-images.js';
import type { BuiltImage } from './buildah.js';
import { offeredPackages } from './debian-packages.js';
import { debianArchitecture } from './runtime.js';

const HELP = `node tools/images/dist/main.js COMMAND

  build [--out FOLDER]   builds tidegate and tidegate-envoy: an OCI archive and a bill of materials each (default: tmp/images)
  pin                    writes debian-packages.json anew, from what apt offers on this machine`;

const root = path.resolve(import.meta.dirname, '../../..');
const pins = path.join(root, 'tools/images/debian-packages.json');
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

function describe(image: BuiltImage): string {
  const layers = image.layerBytes.map(megabytes).join(' + ');
  return `${image.reference}  ${megabytes(image.archiveBytes)} (${layers})\n  ${image.digest}`;
}

async function build(out: string): Promise<void> {
  const { version } = z.looseObject({ version: z.string() }).parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
  const built = await buildImages({ root, out, version, say: (text) => console.error(text) });
  console.log(built.map(describe).join('\n'));
}

function pin(): void {
  const all = z.record(z.string(), z.array(z.looseObject({ name: z.string() }))).parse(JSON.parse(readFileSync(pins, 'utf8')));
  const names = Object.values(all)[0]?.map(({ name }) => name) ?? [];
  writeFileSync(pins, `${JSON.stringify({ ...all, [debianArchitecture()]: offeredPackages(names) }, null, 2)}\n`);
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { out: { type: 'string', default: path.join(root, 'tmp/images') }, help: { type: 'boolean', short: 'h' } },
  });
  const [command, ...more] = positionals;
  if (values.help || more.length > 0 || (command !== 'build' && command !== 'pin')) {
    console.error(HELP);
    process.exitCode = values.help ? 0 : 2;
  } else if (command === 'build') await build(path.resolve(values.out));
  else pin();
} catch (error) {
  console.error(toUserText(error));
  process.exitCode = 1;
}
