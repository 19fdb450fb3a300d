import fc from 'fast-check';
import { routeName, versionServiceName, versionSlug } from './object-names.js';

const version = fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
const service = fc.stringMatching(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);

it('makes names that Kubernetes takes', () => {
  fc.assert(
    fc.property(service, version, fc.integer({ min: 1, max: 65535 }), (s, v, port) => {
      for (const name of [versionServiceName(s, v), routeName(s, port)]) expect(name).toMatch(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);
      expect(versionSlug(v)).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    }),
  );
});

it('never gives two versions of a Service the same name', () => {
  fc.assert(fc.property(service, version, version, (s, a, b) => a === b || versionServiceName(s, a) !== versionServiceName(s, b)));
});
