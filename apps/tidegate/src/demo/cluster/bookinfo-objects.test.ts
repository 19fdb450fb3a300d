import type { Deployment } from '@tidegate/kube';
import { sampleInPlatformImage } from '../sample-program.js';
import { bookinfoObjects } from './bookinfo-objects.js';

it('runs each service of the sample by the platform’s image, and changes nothing else', () => {
  const objects = bookinfoObjects(sampleInPlatformImage('registry.example/tidegate:1', 'bookinfo'));
  expect(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toContain('HTTPRoute reviews');
  const deployments = objects.filter(({ kind }) => kind === 'Deployment') as (Deployment & { metadata: { name: string } })[];
  expect(
    deployments.map(({ metadata, spec }) => {
      const [container] = spec?.template.spec?.containers ?? [];
      return [metadata.name, container?.image, container?.workingDir, container?.command?.join(' ')];
    }),
  ).toEqual(
    ['details', 'ratings', 'reviews', 'productpage'].map((service) => [
      `${service}-v1`,
      'registry.example/tidegate:1',
      '/opt/tidegate/apps/samples/bookinfo/app',
      `node main.mjs ${service}`,
    ]),
  );
});
