import type { en } from '../i18n/en';

export type PlaceWord = keyof typeof en.places;

/** One step of the way to a page. The last one has no address. */
export interface Crumb {
  /** A word of the console's own, or a name. */
  text: { place: PlaceWord } | { name: string };
  to?: string | undefined;
}

/** Path segments that are words of the console; every other one is a name. */
const WORDS: Readonly<Record<string, PlaceWord>> = {
  releases: 'releases',
  activity: 'activity',
  settings: 'settings',
  platform: 'platform',
  accounts: 'accounts',
  groups: 'groups',
};
/** Segments that are no page by themselves. */
const NO_PAGE = new Set(['/projects', '/platform']);

/** The way to a page, read from its address alone. */
export function crumbsOf(pathname: string): Crumb[] {
  const segments = pathname.split('/').filter((s) => s !== '');
  const crumbs: Crumb[] = [];
  segments.forEach((segment, index) => {
    const to = `/${segments.slice(0, index + 1).join('/')}`;
    if (NO_PAGE.has(to)) return;
    // Names follow `projects` and every second word behind it; elsewhere there are words alone.
    const place = segments[0] !== 'projects' || index % 2 === 0 ? WORDS[segment] : undefined;
    crumbs.push({ text: place ? { place } : { name: nameOf(segment) }, to: index < segments.length - 1 ? to : undefined });
  });
  return crumbs;
}

/** An address that was typed may hold what no browser would write. */
function nameOf(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
