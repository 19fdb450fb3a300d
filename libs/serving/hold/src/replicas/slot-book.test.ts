import { SlotBook } from './slot-book.js';

const open = { key: 'shop/cart-1', slot: 's1', address: '10.0.0.1:80' };
let book: SlotBook;
beforeEach(() => {
  book = new SlotBook(10_000);
});

it('knows what is open until its end is told, or nobody has spoken of it for long', () => {
  book.open(open, 0);
  book.open({ ...open, slot: 's2' }, 0);
  book.open({ ...open, slot: 's3' }, 0);
  book.open({ ...open, slot: 's2' }, 9_000);
  expect(book.end('s3', 9_000)).toBe(true);
  expect([...book.entries(9_999)].map(({ slot }) => slot).sort()).toEqual(['s1', 's2']);
  expect([...book.entries(10_000)]).toEqual([{ ...open, slot: 's2' }]);
  book.sweep(10_000);
  expect(book.size).toBe(1);
});

it('is not told twice of an end, and believes it more than older news', () => {
  expect(book.end('s1', 0)).toBe(true);
  expect(book.end('s1', 1)).toBe(false);
  expect(book.open(open, 2)).toBe(false);
  expect(book.size).toBe(0);
  // Remembered for as long as such news may come.
  book.sweep(10_000);
  expect(book.open(open, 10_000)).toBe(true);
});

it('ends nothing by silence while nobody can speak', () => {
  book.open(open, 0);
  book.renewAll(9_000);
  expect([...book.entries(18_000)]).toHaveLength(1);
});

it('is bounded: the one of which nobody has spoken for longest goes', () => {
  for (let i = 0; i <= 100_000; i++) book.open({ ...open, slot: `s${i}` }, 0);
  expect(book.size).toBe(100_000);
  expect([...book.entries(1)][0]?.slot).toBe('s1');
});
