import { createServer } from 'node:net';
import { canBind, firstEphemeralPort } from './free-port.js';
import { PortClaims } from './port-claims.js';

const here = new PortClaims();
const other = new PortClaims();
let port: number;
beforeAll(async () => {
  port = firstEphemeralPort() - 1;
  while (!(await canBind(port))) port -= 1;
});
afterEach(() => {
  here.stop();
  other.stop();
});

it('gives a port to one of two instances, before anybody listens on it', async () => {
  expect((await Promise.all([here.take(port), other.take(port)])).filter(Boolean)).toHaveLength(1);
  expect(await canBind(port)).toBe(true);
});

it('gives it again to who has it, and to the other once it is given back', async () => {
  expect(await here.take(port)).toBe(true);
  expect(await here.take(port)).toBe(true);
  expect(await here.confirm(port)).toBe(true);
  expect(await other.confirm(port)).toBe(false);
  here.keepOnly(new Set());
  expect(await other.take(port)).toBe(true);
});

it('claims no port that another program has', async () => {
  const program = createServer();
  await new Promise<void>((resolve) => program.listen(port, '0.0.0.0', resolve));
  try {
    expect(await here.take(port)).toBe(false);
    // Nor keeps the claim.
    expect(await other.confirm(port)).toBe(true);
  } finally {
    await new Promise((resolve) => program.close(resolve));
  }
});
