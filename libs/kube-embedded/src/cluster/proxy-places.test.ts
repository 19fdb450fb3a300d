import type { EndpointSlice, Service } from '@tidegate/kube';
import { SERVICE_NAME_LABEL } from '../controllers/plan-endpoints.js';
import { podPortNumber, servicePlace } from './proxy-places.js';

const service: Service = { metadata: { name: 'web' }, spec: { ports: [{ name: 'http', port: 80 }, { name: 'admin', port: 81 }] } };
const slice = (address: string, ready: boolean): EndpointSlice => ({
  metadata: { labels: { [SERVICE_NAME_LABEL]: 'web' } },
  addressType: 'IPv4',
  endpoints: [{ addresses: [address], conditions: { ready } }],
  ports: [{ name: 'http', port: 12_080 }, { name: 'admin', port: 12_081 }],
});
const slices = [slice('127.64.0.2', false), slice('127.64.0.3', true)];

it.each([
  { name: 'by number', port: '80', real: 12_080 },
  { name: 'by name', port: 'admin', real: 12_081 },
])('finds a ready endpoint $name', ({ port, real }) => expect(servicePlace(service, slices, port, `web:${port}`)).toEqual({ host: '127.64.0.3', port: real }));

it.each([
  { name: 'a number that the Service has not', of: slices, port: '82', says: 'no service port 82 found for service "web"' },
  { name: 'a name that it has not', of: slices, port: 'other', says: 'no endpoints available for service "web:other"' },
  { name: 'no endpoint that is ready', of: slices.slice(0, 1), port: 'http', says: 'no endpoints available for service "web:http"' },
])('says what is missing: $name', ({ of, port, says }) => expect(() => servicePlace(service, of, port, `web:${port}`)).toThrow(says));

it('takes the first port of a pod that is asked for none', () => {
  expect(podPortNumber({ spec: { containers: [{ name: 'a' }, { name: 'b', ports: [{ containerPort: 8080 }] }] } }, '')).toBe(8080);
  expect(podPortNumber({ spec: { containers: [{ name: 'a' }] } }, '')).toBe(80);
  expect(() => podPortNumber({ metadata: { name: 'p' } }, 'http')).toThrow('"http" is no port of pod "p"');
});
