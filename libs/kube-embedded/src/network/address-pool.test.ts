import { AddressPool } from './address-pool.js';
import { addressRange, formatAddress, parseAddress } from './address-range.js';

const run = { first: parseAddress('127.64.0.2') ?? 0, last: parseAddress('127.64.0.4') ?? 0 };

describe('AddressPool', () => {
  it('hands out each address once and says when none is left', () => {
    const pool = new AddressPool(run, 'pods');
    expect([pool.take(), pool.take(), pool.take()]).toEqual(['127.64.0.2', '127.64.0.3', '127.64.0.4']);
    expect(() => pool.take()).toThrow('All 3 addresses for pods are in use.');
  });

  it('gives an address that was freed only after the others', () => {
    const pool = new AddressPool(run, 'pods');
    const first = pool.take();
    pool.free(first);
    expect([pool.take(), pool.take(), pool.take()]).toEqual(['127.64.0.3', '127.64.0.4', '127.64.0.2']);
  });

  it('keeps addresses of existing objects out of reach', () => {
    const pool = new AddressPool(run, 'pods');
    expect(pool.reserve('127.64.0.3')).toBe(true);
    expect(pool.reserve('127.64.0.3')).toBe(false);
    expect(pool.reserve('10.0.0.1')).toBe(false);
    expect([pool.take(), pool.take()]).toEqual(['127.64.0.4', '127.64.0.2']);
  });
});

describe('address ranges', () => {
  it('of two instances never meet, and their runs never overlap', () => {
    const all = [0, 1, 63].flatMap((slot) => {
      const { pods, services, callers } = addressRange(slot);
      return [pods, services, callers];
    });
    for (const [i, a] of all.entries()) for (const b of all.slice(i + 1)) expect(a.last < b.first || b.last < a.first).toBe(true);
    expect(formatAddress(addressRange(63).callers.last)).toBe('127.127.255.253');
  });

  it.each(['', '1.2.3', '1.2.3.256', '1.2.3.4.5', 'a.b.c.d'])('%j is no address', (text) => expect(parseAddress(text)).toBeUndefined());
});
