import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type KubeClient, applyManifests, kinds } from '@tidegate/kube';
import { buildImage } from '@tidegate/kube-embedded';
import { imageFolder, manifestsFolder } from '@tidegate/sample-bookinfo';

const MARK = { name: 'sample-bookinfo', namespace: 'tidegate-system' };

/**
 * Builds the sample's image and applies its manifests. The manifests only once in an instance's life: a sample that was changed
 * or deleted stays as it is. Answers whether they were applied.
 */
export async function loadSample(client: KubeClient, imageStore: string, progress: (text: string) => void): Promise<boolean> {
  await buildImage({ dir: imageFolder, storeDir: imageStore });
  if (await client.get(kinds.configMaps, MARK.name, MARK.namespace)) return false;
  progress('Loading the sample (bookinfo) ...');
  for (const file of readdirSync(manifestsFolder)
    .filter((f) => f.endsWith('.yaml'))
    .sort()) {
    await applyManifests(client, readFileSync(path.join(manifestsFolder, file), 'utf8'), { source: file, fieldManager: 'tidegate-sample' });
  }
  await client.create(kinds.configMaps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: MARK, data: { loaded: 'true' } });
  return true;
}
