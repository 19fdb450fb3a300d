import { type AddressInfo, createServer, type Server } from 'node:net';
import { TidegateError } from '@tidegate/kernel';
import { BLOCK, type PortBlock, portIsFree, takePortBlock } from './ports.js';

const open: (PortBlock | Server)[] = [];
afterEach(() => {
  for (const o of open.splice(0)) {
    if ('release' in o) o.release();
    else o.close();
  }
});
const taken = async (named?: number, last?: number): Promise<number> => {
  const block = await takePortBlock(named, last);
  open.push(block);
  return block.port;
};
async function listenAnywhere(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return (server.address() as AddressInfo).port;
}

it('gives instances that start at the same moment different blocks', async () => {
  const ports = await Promise.all([taken(), taken(), taken()]);
  expect(new Set(ports).size).toBe(3);
  for (const port of ports) expect(await portIsFree(port)).toBe(true);
});

it('takes the block of the last start when it is free', async () => {
  const first = await taken();
  for (const o of open.splice(0)) if ('release' in o) o.release();
  expect(await taken(undefined, first + 7 * BLOCK)).toBe(first + 7 * BLOCK);
});

it('refuses a named port that somebody uses, and says which', async () => {
  const used = await listenAnywhere();
  const error = await takePortBlock(used, undefined).then(
    () => undefined,
    (e: unknown) => e,
  );
  expect(error).toBeInstanceOf(TidegateError);
  expect((error as TidegateError).message).toBe(`Port ${used} on 127.0.0.1 is used by another program.`);
});
