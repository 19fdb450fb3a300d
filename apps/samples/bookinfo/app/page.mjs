/** @param {unknown} value */
function text(value) {
  return String(value ?? '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

const STYLE = `
  body{margin:0;font:16px/1.55 Georgia,'Iowan Old Style',serif;color:#1d2733;background:#f5f1e8}
  header{background:#17324d;color:#f5f1e8;padding:1.1rem 1.5rem;letter-spacing:.04em}
  main{max-width:52rem;margin:2rem auto;padding:0 1.5rem;display:grid;gap:2rem;grid-template-columns:1fr 2fr}
  h1{grid-column:1/-1;margin:0;font-size:2rem;font-weight:600;line-height:1.2} h1 small{display:block;font-size:1rem;font-weight:400;color:#5b6672}
  h2{font-size:1rem;text-transform:uppercase;letter-spacing:.08em;color:#5b6672;margin:0 0 .6rem}
  dl{margin:0} dt{color:#5b6672;font-size:.85rem} dd{margin:0 0 .5rem}
  blockquote{margin:0 0 1.2rem;padding:.2rem 0 .2rem 1rem;border-left:3px solid #c8a45c} cite{color:#5b6672}
  .missing{color:#8c2f1b} .red{color:#b3261e} footer{color:#5b6672;font-size:.8rem;grid-column:1/-1}
  @media(max-width:40rem){main{grid-template-columns:1fr}}`;

/** @param {{ stars: number, colour: string } | undefined} rating */
function stars(rating) {
  if (!rating) return '';
  const full = Math.max(0, Math.min(5, Math.round(rating.stars)));
  return `<span class="${rating.colour === 'red' ? 'red' : 'black'}" title="${full} of 5">${'★'.repeat(full)}${'☆'.repeat(5 - full)}</span> `;
}

/** @param {any} reviews */
function reviewSection(reviews) {
  if (!reviews) return '<p class="missing">Reviews are unavailable at the moment.</p>';
  const quotes = reviews.reviews.map(
    (/** @type {any} */ r) => `<blockquote>${stars(r.rating)}${text(r.text)}<br><cite>${text(r.reviewer)}</cite></blockquote>`,
  );
  const note = reviews.ratings === 'unavailable' ? '<p class="missing">Ratings are unavailable at the moment.</p>' : '';
  return `${quotes.join('')}${note}<footer>Reviews by version ${text(reviews.version)}</footer>`;
}

/** @param {any} details */
function detailSection(details) {
  if (!details) return '<p class="missing">Details are unavailable at the moment.</p>';
  const rows = [
    ['Author', details.author],
    ['Year', details.year],
    ['Pages', details.pages],
    ['Publisher', details.publisher],
    ['ISBN-10', details.isbn10],
  ];
  return `<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${text(value)}</dd>`).join('')}</dl>`;
}

/** @param {{ title: string, summary: string, details: any, reviews: any }} shown */
export function renderPage({ title, summary, details, reviews }) {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${text(title)} · Harbour Books</title><style>${STYLE}</style></head>
<body><header>Harbour Books</header><main><h1>${text(title)}<small>${text(summary)}</small></h1>
<section><h2>Details</h2>${detailSection(details)}</section><section><h2>Reviews</h2>${reviewSection(reviews)}</section></main></body></html>
`;
}
