/** The shop's books: small, fixed, and our own. */
export const books = [
  {
    id: 0,
    title: 'The Tide Tables of Gull Harbour',
    author: 'Ines Maravilla',
    year: 1931,
    pages: 212,
    publisher: 'Lantern Quay Press',
    isbn10: '0306406152',
    summary: 'A harbour pilot keeps a diary of a coast whose tides come when they please.',
    reviews: [
      { reviewer: 'Odile', text: 'Quiet, exact, and funnier than it lets on. I read the storm chapter twice.' },
      { reviewer: 'Bram', text: 'Half a novel and half a manual. The half with the lighthouse is the better one.' },
    ],
    ratings: [5, 4],
  },
  {
    id: 1,
    title: 'A Field Guide to Small Bridges',
    author: 'Teodor Vance',
    year: 1958,
    pages: 344,
    publisher: 'Lantern Quay Press',
    isbn10: '0198526636',
    summary: 'Sixty crossings, each with the argument that built it.',
    reviews: [
      { reviewer: 'Noor', text: 'You will never again walk over water without looking down.' },
      { reviewer: 'Elias', text: 'Dry in places, which is a fault in a book about rivers.' },
    ],
    ratings: [4, 3],
  },
];

/** The book of a path such as /reviews/1. @param {string} path @param {string} prefix */
export function bookOf(path, prefix) {
  const [, id] = new RegExp(`^${prefix}/([0-9]{1,6})$`).exec(path) ?? [];
  return id === undefined ? undefined : books.find((book) => book.id === Number(id));
}
