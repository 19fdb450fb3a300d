import { goQuote } from './go-values.js';

/** What Go's url.Parse takes in a host besides letters, digits and text beyond ASCII. */
const HOST = /^[A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~\u0080-\u{10ffff}]*$/u;

/** Why `https://<text>` is no bare URL of a host: Knative's check of a domain template's result. Undefined when it is one. */
export function authorityComplaint(text: string): string | undefined {
  const broken = (what: string): string => `parse ${goQuote(`https://${text}`)}: ${what}`;
  const end = text.search(/[/?#]/);
  const authority = end < 0 ? text : text.slice(0, end);
  const rest = end < 0 ? '' : text.slice(end).replace(/#.*$/s, '');
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const bad = Array.from(host).find((c) => !HOST.test(c));
  if (bad !== undefined) return broken(`invalid character ${goQuote(bad)} in host name`);
  const port = /:[^:]*$/.exec(host)?.[0];
  if (port !== undefined && !/^:\d*$/.test(port)) return broken(`invalid port ${goQuote(port)} after host`);
  if (host.slice(0, host.length - (port?.length ?? 0)) === '') return 'empty hostname';
  const path = rest === '' || rest.startsWith('?') ? `/${rest}` : rest;
  return path === '/' ? undefined : `domain template has url path: ${path}`;
}
