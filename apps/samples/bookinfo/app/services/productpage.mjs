import { bookOf, books } from '../catalog.mjs';
import { renderPage } from '../page.mjs';
import { askUpstream } from '../upstream.mjs';

/** Headers of the reviews answer that a visitor of the page may see: which version it was, whether it failed on purpose, its cohort cookie. */
/** @param {import('../upstream.mjs').UpstreamAnswer | undefined} answer */
function reviewHeaders(answer) {
  /** @type {import('node:http').OutgoingHttpHeaders} */
  const headers = {};
  if (answer?.headers['x-served-by']) headers['x-reviews-by'] = answer.headers['x-served-by'];
  if (answer?.headers['x-fault']) headers['x-reviews-fault'] = answer.headers['x-fault'];
  if (answer?.headers['set-cookie']) headers['set-cookie'] = answer.headers['set-cookie'];
  return headers;
}

/**
 * /productpage (or /productpage/<id>)  HTML; always 200, and says which part is unavailable
 * /api/v1/products, /api/v1/products/<id>[/reviews|/ratings]  JSON; the status of the service behind it is passed on
 * @param {import('../settings.mjs').Settings} settings
 * @returns {import('../server.mjs').Service}
 */
export function productpage(settings) {
  const { upstreams, upstreamTimeoutMs: timeoutMs } = settings;

  /** @param {string} address @param {Record<string, string>} forward */
  const ask = (address, forward) => askUpstream(address, { forward, timeoutMs }).catch(() => undefined);

  /** @param {number} id @param {Record<string, string>} forward */
  async function page(id, forward) {
    const [details, reviews] = await Promise.all([
      ask(`${upstreams.DETAILS}/details/${id}`, forward),
      ask(`${upstreams.REVIEWS}/reviews/${id}`, forward),
    ]);
    const book = books.find((b) => b.id === id);
    const shown = {
      title: book?.title ?? '',
      summary: book?.summary ?? '',
      details: details?.status === 200 ? details.json : undefined,
      reviews: reviews?.status === 200 ? reviews.json : undefined,
    };
    const headers = reviewHeaders(reviews);
    const missing = [...(shown.details ? [] : ['details']), ...(shown.reviews ? [] : ['reviews'])];
    if (missing.length > 0) headers['x-degraded'] = missing.join(',');
    return { headers, html: renderPage(shown) };
  }

  /** @param {string} address @param {Record<string, string>} forward */
  async function passOn(address, forward) {
    const answer = await ask(address, forward);
    if (!answer) return { status: 502, json: { error: 'no answer from the service behind' } };
    const headers = reviewHeaders(answer);
    if (answer.headers['x-fault']) headers['x-fault'] = answer.headers['x-fault'];
    return { status: answer.status, headers, json: answer.json ?? { error: 'the service behind sent no JSON' } };
  }

  return ({ path, forward }) => {
    if (path === '/') return { status: 302, headers: { location: '/productpage' }, json: {} };
    if (path === '/productpage') return page(0, forward);
    const shown = bookOf(path, '/productpage');
    if (shown) return page(shown.id, forward);
    if (path === '/api/v1/products') return { json: books.map(({ id, title, summary }) => ({ id, title, summary })) };
    const [, id, part] = /^\/api\/v1\/products\/([0-9]{1,6})(?:\/(reviews|ratings))?$/.exec(path) ?? [];
    if (id === undefined) return undefined;
    if (part === 'reviews') return passOn(`${upstreams.REVIEWS}/reviews/${id}`, forward);
    if (part === 'ratings') return passOn(`${upstreams.RATINGS}/ratings/${id}`, forward);
    return passOn(`${upstreams.DETAILS}/details/${id}`, forward);
  };
}
