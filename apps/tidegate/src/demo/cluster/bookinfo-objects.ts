import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { type Deployment, parseManifests } from '@tidegate/kube';
import { manifestsFolder } from '@tidegate/sample-bookinfo';
import type { SampleProgram } from '../sample-program.js';

type Manifest = ReturnType<typeof parseManifests>[number];

const isDeployment = (object: Manifest): object is Manifest & Deployment => object.kind === 'Deployment';

/** The sample as its manifests write it, run by another program of the same words. */
export function bookinfoObjects({ image, workingDir }: SampleProgram): Manifest[] {
  const files = readdirSync(manifestsFolder).filter((file) => file.endsWith('.yaml'));
  return files
    .sort()
    .flatMap((file) => parseManifests(readFileSync(path.join(manifestsFolder, file), 'utf8'), file))
    .map((object) => {
      if (!isDeployment(object) || !object.spec?.template.spec) return object;
      const containers = object.spec.template.spec.containers.map((c) => ({ ...c, image, ...(workingDir ? { workingDir } : {}) }));
      const template = { ...object.spec.template, spec: { ...object.spec.template.spec, containers } };
      return { ...object, spec: { ...object.spec, template } };
    });
}
