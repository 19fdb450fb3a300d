/** A path of this console to go on to after signing in; the start for whatever else an address may hold. */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string' || !wanted.startsWith('/') || wanted.length > 500) return '/';
  const url = URL.parse(wanted, 'http://here.invalid');
  if (url?.host !== 'here.invalid' || /^\/(sign-in|welcome)(\/|$)/.test(url.pathname)) return '/';
  return url.pathname + url.search;
}
