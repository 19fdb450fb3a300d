// A child process of store-durability: writes until it is killed, and prints each key once its write was acknowledged.
import { silentLogger } from '@tidegate/kernel';
import { ObjectStore } from '../src/store/object-store.js';

const [dir = '', prefix = '', compactAfter = '0'] = process.argv.slice(2);
const store = await ObjectStore.open({ dir, log: silentLogger, compactAfterBytes: Number(compactAfter) });
const padding = 'x'.repeat(500);

async function writeOn(worker: number): Promise<never> {
  for (let i = 0; ; i++) {
    const name = `${prefix}-${worker}-${i}`;
    await store.write('configmaps', `default/${name}`, () => ({
      put: { kind: 'ConfigMap', metadata: { name, annotations: { padding } } },
    }));
    process.stdout.write(`${name}\n`);
  }
}
try {
  await Promise.all(Array.from({ length: 8 }, (_, worker) => writeOn(worker)));
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`);
  // The same process must be able to go on reading, and nothing half-written may have become visible.
  process.stdout.write(`visible ${store.count('configmaps')}\n`);
}
