import { bookOf } from '../catalog.mjs';
import { askUpstream } from '../upstream.mjs';

/** v2 shows black stars, v3 red ones, every other version none. @param {string} version */
function starColour(version) {
  return version === 'v2' ? 'black' : version === 'v3' ? 'red' : undefined;
}

/** /reviews/<id>. Without ratings the reviews still come, and say so. @param {import('../settings.mjs').Settings} settings @returns {import('../server.mjs').Service} */
export function reviews(settings) {
  const colour = starColour(settings.version);
  return async ({ path, forward }) => {
    const book = bookOf(path, '/reviews');
    if (!book) return undefined;
    const written = { id: book.id, version: settings.version, reviews: book.reviews };
    if (!colour) return { json: written };
    const stars = await askUpstream(`${settings.upstreams.RATINGS}/ratings/${book.id}`, {
      forward,
      timeoutMs: settings.upstreamTimeoutMs,
    }).then(
      (answer) => (answer.status === 200 ? answer.json?.ratings : undefined),
      () => undefined,
    );
    if (!stars) return { json: { ...written, ratings: 'unavailable' } };
    const rated = book.reviews.map((review) => ({ ...review, rating: { stars: Number(stars[review.reviewer] ?? 0), colour } }));
    return { json: { ...written, reviews: rated } };
  };
}
