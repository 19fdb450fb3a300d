import { ClientAddress } from './client-address.js';

it.each([
  { name: 'nobody in front', trusted: [], peer: '192.0.2.1', forwarded: '198.51.100.9', address: '192.0.2.1' },
  { name: 'a proxy in front', trusted: ['192.0.2.0/24'], peer: '192.0.2.1', forwarded: '198.51.100.9', address: '198.51.100.9' },
  { name: 'what the client wrote before', trusted: ['192.0.2.0/24'], peer: '192.0.2.1', forwarded: '203.0.113.7, 198.51.100.9', address: '198.51.100.9' },
  { name: 'two proxies', trusted: ['192.0.2.0/24'], peer: '192.0.2.1', forwarded: '198.51.100.9, 192.0.2.2', address: '198.51.100.9' },
  { name: 'nonsense', trusted: ['192.0.2.1'], peer: '192.0.2.1', forwarded: 'unknown, <b>', address: '192.0.2.1' },
  { name: 'no header', trusted: ['192.0.2.1'], peer: '192.0.2.1', forwarded: undefined, address: '192.0.2.1' },
  { name: 'IPv4 in IPv6', trusted: ['192.0.2.1'], peer: '::ffff:192.0.2.1', forwarded: '2001:db8::7', address: '2001:db8::7' },
])('$name', ({ trusted, peer, forwarded, address }) => {
  expect(new ClientAddress(trusted).of(peer, forwarded)).toBe(address);
});
