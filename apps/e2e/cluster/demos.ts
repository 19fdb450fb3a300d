import path from 'node:path';
import { Client } from '../journeys/client.js';

const program = path.resolve(import.meta.dirname, '../../tidegate/dist/main.js');
const tidegate = new Client(process.execPath, [program]);

async function demo(name: string): Promise<string> {
  const { code, out, err } = await tidegate.run(['demo', name, '--kubeconfig', process.env['KUBECONFIG'] ?? ''], { timeoutMs: 500_000 });
  console.log(out);
  expect({ code, words: code === 0 ? '' : out + err }).toEqual({ code: 0, words: '' });
  return out;
}

/** Both demos, as a user starts them from a laptop. */
export function runsTheDemos(): void {
  it('runs demo serving', async () => {
    const out = await demo('serving');
    expect(out).toMatch(/cold calls +each held, woken and answered +[\d.]+ +6 +0 /);
    expect(out).toContain('From zero to many and back, and no request was lost.');
  });

  it('runs demo release', async () => {
    const out = await demo('release');
    expect(out).toMatch(/good +Promoted/);
    expect(out).toMatch(/erroring +RolledBack/);
    expect(out).toMatch(/slow +RolledBack/);
  });
}
