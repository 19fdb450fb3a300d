import { bookOf } from '../catalog.mjs';

/** /ratings/<id>: stars by reviewer. @returns {import('../server.mjs').Service} */
export function ratings() {
  return ({ path }) => {
    const book = bookOf(path, '/ratings');
    if (!book) return undefined;
    return { json: { id: book.id, ratings: Object.fromEntries(book.reviews.map((review, i) => [review.reviewer, book.ratings[i]])) } };
  };
}
