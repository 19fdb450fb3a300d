import { bookOf } from '../catalog.mjs';

/** /details/<id>: what is printed in the book itself. @returns {import('../server.mjs').Service} */
export function details() {
  return ({ path }) => {
    const book = bookOf(path, '/details');
    if (!book) return undefined;
    const { id, title, author, year, pages, publisher, isbn10 } = book;
    return { json: { id, title, author, year, pages, publisher, isbn10 } };
  };
}
