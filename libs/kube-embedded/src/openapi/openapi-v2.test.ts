import { builtinResources } from '../resources/builtin-resources.js';
import { encodeOpenApiV2 } from './openapi-v2-protobuf.js';
import { openApiV2Document } from './openapi-v2.js';
import { openApiV3Document } from './openapi-v3.js';

it('tells in version 2 what version 3 tells: definitions, parameters, kinds', async () => {
  const deployments = builtinResources().filter(({ plural }) => plural === 'deployments');
  const document = openApiV2Document([await openApiV3Document(deployments, 'v1')], 'v1');
  const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.['patch'];
  expect(patch).toMatchObject({
    'x-kubernetes-group-version-kind': { group: 'apps', version: 'v1', kind: 'Deployment' },
    consumes: expect.arrayContaining(['application/apply-patch+yaml']),
    parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation', in: 'query', type: 'string' })]),
  });
  expect(document.definitions['io.k8s.apimachinery.pkg.util.intstr.IntOrString']).toMatchObject({ type: 'string', format: 'int-or-string' });
  expect(document.definitions['io.k8s.api.apps.v1.Deployment']).toMatchObject({ properties: { spec: { $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' } } });
  const text = JSON.stringify(document);
  expect(text).not.toContain('#/components/schemas/');
  const encoded = encodeOpenApiV2(document);
  // Field 1 of the message is the version: tag, length, "2.0".
  expect([...encoded.subarray(0, 5)]).toEqual([10, 3, 0x32, 0x2e, 0x30]);
  expect(encoded.includes('fieldValidation')).toBe(true);
});
