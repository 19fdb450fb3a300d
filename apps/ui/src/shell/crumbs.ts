import type { en } from '../i18n/en';

export type PlaceWord = keyof typeof en.places;

/** One step of the way to a page. The last one has no address. */
export interface Crumb {
  /** A word of the console's own, or a name. */
  text: { place: PlaceWord } | { name: string };
  to?: string | undefined;
}

/** Path segments that are words of the console, some of them by the one before; every other one is a name. */
const WORDS: Readonly<Record<string, PlaceWord>> = {
  workspaces: 'workspaces',
  projects: 'projects',
  services: 'services',
  'services/new': 'newService',
  'releases/new': 'newRelease',
  map: 'map',
  applications: 'applications',
  configuration: 'configuration',
  releases: 'releases',
  activity: 'activity',
  settings: 'settings',
  platform: 'platform',
  accounts: 'accounts',
  groups: 'groups',
  health: 'health',
};
/** Segments that are no page by themselves. */
const NO_PAGE = new Set(['/platform']);
/** Below these, a kind stands between the list and the name: `services/knative/web`. */
const WITH_KIND = new Set(['services', 'configuration']);

/** The way to a page, read from its address alone. */
export function crumbsOf(pathname: string): Crumb[] {
  const segments = pathname.split('/').filter((s) => s !== '');
  const crumbs: Crumb[] = [];
  segments.forEach((segment, index) => {
    const to = `/${segments.slice(0, index + 1).join('/')}`;
    const ofProject = segments[0] === 'projects' || segments[0] === 'workspaces';
    const hasKind = ofProject && WITH_KIND.has(segments[2] ?? '');
    if (NO_PAGE.has(to) || (hasKind && index === 3)) return;
    // In a project, the first and the third segment are words; elsewhere there are words alone.
    const place = !ofProject || index === 0 || index === 2 ? (WORDS[`${segments[index - 1]}/${segment}`] ?? WORDS[segment]) : undefined;
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
