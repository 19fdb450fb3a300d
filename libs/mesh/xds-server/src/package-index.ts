import { readFile } from 'node:fs/promises';
import path from 'node:path';

const DEFAULT_INDEX = 'https://pypi.org/simple';

/** The address of the package index that pip would use: PIP_INDEX_URL, then pip's configuration files, then its default. */
export async function packageIndex(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  if (env['PIP_INDEX_URL']) return env['PIP_INDEX_URL'];
  const home = env['HOME'] ?? '/';
  const files = [
    env['PIP_CONFIG_FILE'],
    env['VIRTUAL_ENV'] && path.join(env['VIRTUAL_ENV'], 'pip.conf'),
    path.join(env['XDG_CONFIG_HOME'] ?? path.join(home, '.config'), 'pip/pip.conf'),
    path.join(home, '.pip/pip.conf'),
    '/etc/pip.conf',
  ];
  for (const file of files) {
    if (!file) continue;
    const found = indexInConfig(await readFile(file, 'utf8').catch(() => ''));
    if (found) return found;
  }
  return DEFAULT_INDEX;
}

/** `index-url` of the sections [global] or [download] of a pip.conf. */
export function indexInConfig(text: string): string | undefined {
  let section = '';
  let found: string | undefined;
  for (const line of text.split('\n')) {
    section = /^\s*\[(.+)\]\s*$/.exec(line)?.[1] ?? section;
    const value = /^\s*index[-_]url\s*[=:]\s*(\S+)\s*$/.exec(line)?.[1];
    if (value && (section === 'download' || (section === 'global' && !found))) found = value;
  }
  return found;
}

/** Where an index page (simple API, JSON or HTML, PEP 503 and 691) says the file is; relative addresses are against `pageUrl`. */
export function fileAddressIn(page: string, contentType: string, file: string, pageUrl: string): string | undefined {
  const address = contentType.includes('json') ? inJson(page, file) : inHtml(page, file);
  return address === undefined ? undefined : new URL(address, pageUrl).href;
}

function inJson(page: string, file: string): string | undefined {
  const listing = JSON.parse(page) as { files?: { filename?: string; url?: string }[] };
  return listing.files?.find((entry) => entry.filename === file)?.url;
}

function inHtml(page: string, file: string): string | undefined {
  for (const [, href, text] of page.matchAll(/<a\s[^>]*?href\s*=\s*["']([^"']+)["'][^>]*>([^<]*)<\/a>/gi)) {
    if (text?.trim() === file && href) return href.replaceAll('&amp;', '&').replace(/#.*$/, '');
  }
  return undefined;
}

/** fetch refuses addresses with a name and password in them; they belong into a header. */
export function withoutCredentials(address: string): { url: string; headers: Record<string, string> } {
  const url = new URL(address);
  if (url.username === '') return { url: address, headers: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url: url.href, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}
