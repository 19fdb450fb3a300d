import type { Service } from '@tidegate/kube';
import { bypassingService } from './bypassing-service.js';

const service = (name: string, selector?: Record<string, string>, type?: string): Service => ({
  metadata: { name },
  spec: { selector, type },
});
const labels = { app: 'cart-00001', 'serving.knative.dev/revision': 'cart-00001' };

it.each([
  { name: 'none', services: [], found: undefined },
  { name: 'its own', services: [service('cart-00001', { app: 'cart-00001' })], found: undefined },
  { name: 'one that selects its pods', services: [service('x', { app: 'other' }), service('side', { app: 'cart-00001' })], found: 'side' },
  { name: 'one that selects fewer', services: [service('side', { app: 'cart-00001', version: 'v1' })], found: undefined },
  { name: 'one without a selector', services: [service('cart')], found: undefined },
  { name: 'one with an empty selector', services: [service('cart', {})], found: undefined },
  { name: 'a name for another host', services: [service('cart', { app: 'cart-00001' }, 'ExternalName')], found: undefined },
])('Services: $name', ({ services, found }) => {
  expect(bypassingService(services, labels, 'cart-00001')).toBe(found);
});
