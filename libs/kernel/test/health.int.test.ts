import type { AddressInfo } from 'node:net';
import { createRegistry } from '../src/metrics.js';
import { serveHealth } from '../src/health.js';

describe('serveHealth', () => {
  it('answers live, ready and metrics', async () => {
    let missing = ['the cache of pods is not complete'];
    const server = await serveHealth({ notReady: () => missing, registry: createRegistry('test') }, { host: '127.0.0.1', port: 0 });
    try {
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const get = async (path: string): Promise<[number, string]> => {
        const response = await fetch(base + path);
        return [response.status, await response.text()];
      };
      expect(await get('/healthz')).toEqual([200, 'ok\n']);
      expect(await get('/readyz')).toEqual([503, 'the cache of pods is not complete\n']);
      missing = [];
      expect((await get('/readyz'))[0]).toBe(200);
      const [status, text] = await get('/metrics');
      expect(status).toBe(200);
      expect(text).toContain('tidegate_event_loop_delay_seconds{quantile="0.99",process="test"}');
      expect((await get('/else'))[0]).toBe(404);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
