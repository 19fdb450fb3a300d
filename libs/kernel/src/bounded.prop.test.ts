import fc from 'fast-check';
import { BoundedMap, Ring } from './bounded.js';

describe('BoundedMap', () => {
  it('keeps the most recently used, never more than its limit, and tells what it forgets', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.tuple(fc.boolean(), fc.constantFrom(...'abcdefgh'))), (limit, steps) => {
        const evicted: string[] = [];
        const map = new BoundedMap<string, number>(limit, (key) => evicted.push(key));
        let order: string[] = [];
        const forgotten: string[] = [];
        for (const [isSet, key] of steps) {
          if (isSet) {
            map.set(key, 1);
            order = [...order.filter((k) => k !== key), key];
            if (order.length > limit) forgotten.push(order.shift() ?? '');
          } else if (map.get(key) !== undefined) order = [...order.filter((k) => k !== key), key];
        }
        expect([...map.keys()]).toEqual(order);
        expect(evicted).toEqual(forgotten);
      }),
    );
  });
  it('refuses a limit of zero', () => expect(() => new BoundedMap(0)).toThrow('limit above zero'));
});

describe('Ring', () => {
  it('holds the newest values, oldest first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.integer()), (limit, values) => {
        const ring = new Ring<number>(limit);
        for (const v of values) ring.push(v);
        const kept = values.slice(-limit);
        expect([...ring]).toEqual(kept);
        expect(ring.length).toBe(kept.length);
        expect(ring.at(0)).toBe(kept[0]);
        expect(ring.at(-1)).toBe(kept.at(-1));
        expect(ring.at(limit)).toBeUndefined();
      }),
    );
  });
});
