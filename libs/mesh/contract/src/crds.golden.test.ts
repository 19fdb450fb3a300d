import path from 'node:path';
import { golden } from '@tidegate/testing';
import { stringify } from 'yaml';
import { gatewayApiCrds, meshCrds } from './crds.js';

describe('definitions of kinds', () => {
  it.each([...gatewayApiCrds(), ...meshCrds()].map((crd) => ({ name: crd.metadata?.name ?? '', crd })))(
    'defines $name',
    ({ name, crd }) => {
      const text = stringify(crd);
      expect(text).toBe(golden(path.join(import.meta.dirname, `../testdata/${name}.yaml`), text));
    },
  );

  it('says which release and channel it follows', () => {
    for (const crd of gatewayApiCrds()) {
      expect(crd.metadata?.annotations).toMatchObject({
        'gateway.networking.k8s.io/bundle-version': 'v1.6.3',
        'gateway.networking.k8s.io/channel': 'standard',
      });
    }
  });

  it('serves ReferenceGrant as v1beta1 and v1, and stores one of them', () => {
    const grants = gatewayApiCrds().find((crd) => crd.spec.names.kind === 'ReferenceGrant');
    expect(grants?.spec.versions.map((v) => ({ name: v.name, served: v.served, storage: v.storage }))).toEqual([
      { name: 'v1beta1', served: true, storage: true },
      { name: 'v1', served: true, storage: false },
    ]);
  });
});
