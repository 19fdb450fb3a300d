import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Instance } from './instance.js';

const SERVER = `import { createServer } from 'node:http';
createServer((_request, response) => response.end('hello\\n')).listen(Number(process.env.PORT), process.env.HOST);
process.once('SIGTERM', () => process.exit(0));
`;
const DESCRIPTION = { name: 'journey/web', tag: '1', runtime: 'node', command: ['node', 'main.mjs'], ports: [8080] };

/** A Service with one version. */
export const WORKLOAD = `
apiVersion: v1
kind: Namespace
metadata: { name: journey }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: journey }
spec:
  selector: { app: web }
  ports: [{ name: http, port: 8080, targetPort: 8080, appProtocol: http }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web-v1, namespace: journey, labels: { app: web, version: v1 } }
spec:
  replicas: 1
  selector: { matchLabels: { app: web, version: v1 } }
  template:
    metadata: { labels: { app: web, version: v1 } }
    spec: { containers: [{ name: web, image: 'journey/web:1', ports: [{ containerPort: 8080 }] }] }
`;

/** Starts a release that stays at its first step. */
export const STRATEGY = `
apiVersion: delivery.tidegate.dev/v1alpha1
kind: Strategy
metadata: { name: web, namespace: journey }
spec:
  service: web
  principal: v1
  candidate: v2
  candidatePatch: { env: [{ name: GREETING, value: hello }] }
  steps: [{ weight: 20, hold: 10m }]
`;

export async function buildImage(instance: Instance): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-journey-image-'));
  writeFileSync(path.join(folder, 'main.mjs'), SERVER);
  writeFileSync(path.join(folder, 'tidegate-image.json'), JSON.stringify(DESCRIPTION));
  const built = await instance.run('image', 'build', folder);
  rmSync(folder, { recursive: true });
  if (!built.out.includes('journey/web:1')) throw new Error(`The image was not built: ${built.out}${built.err}`);
}
