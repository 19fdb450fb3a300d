import path from 'node:path';
import { golden } from '@tidegate/testing';
import { stringify } from 'yaml';
import { servingCrds } from './crds.js';

it.each(servingCrds().map((crd) => ({ name: crd.metadata?.name ?? '', crd })))('defines $name', ({ name, crd }) => {
  const text = stringify(crd, { aliasDuplicateObjects: false });
  expect(text).toBe(golden(path.join(import.meta.dirname, `testdata/${name}.yaml`), text));
});
