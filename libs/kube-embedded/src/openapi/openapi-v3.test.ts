import { builtinResources } from '../resources/builtin-resources.js';
import { openApiV3Document, openApiV3Index } from './openapi-v3.js';

const definitions = builtinResources();

describe('OpenAPI v3', () => {
  it('lists one document per group version', () => {
    const { paths } = openApiV3Index(definitions);
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/networking.k8s.io/v1']));
    expect(paths['apis/apps/v1']?.serverRelativeURL).toMatch(/^\/openapi\/v3\/apis\/apps\/v1\?hash=[0-9A-F]{64}$/);
  });

  it('refers only to components it has', async () => {
    for (const [, kinds] of Map.groupBy(definitions, ({ group, version }) => `${group}/${version}`)) {
      const document = await openApiV3Document(kinds, '1.37');
      const text = JSON.stringify(document);
      const missing = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !document.components.schemas[name]);
      expect(missing).toEqual([]);
      expect(text).not.toContain('"format":"quantity"');
    }
  });

  it('tells kubectl what it asks for', async () => {
    const document = await openApiV3Document(
      definitions.filter((definition) => definition.group === 'apps'),
      '1.37',
    );
    const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.patch;
    expect(patch).toMatchObject({
      'x-kubernetes-action': 'patch',
      'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
      parameters: expect.arrayContaining([
        expect.objectContaining({ name: 'fieldValidation' }),
        expect.objectContaining({ name: 'dryRun' }),
      ]),
    });
    const spec = document.components.schemas['io.k8s.api.apps.v1.DeploymentSpec'];
    expect(spec?.properties?.replicas).toMatchObject({ type: 'integer', description: expect.stringContaining('Number of desired pods') });
    expect(document.components.schemas['io.k8s.api.core.v1.PodSpec']?.properties?.containers).toMatchObject({
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-list-type': 'map',
    });
  });
});
