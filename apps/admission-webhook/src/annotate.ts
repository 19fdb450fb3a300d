import type { AdmissionAnswer } from './admission-review.js';

/** The patch that puts annotations on an object, whether or not it has any. */
export function annotate(existing: object | undefined, added: Readonly<Record<string, string>>): NonNullable<AdmissionAnswer['patch']> {
  if (existing === undefined) return [{ op: 'add', path: '/metadata/annotations', value: added }];
  return Object.entries(added).map(([key, value]) => ({
    op: 'add',
    path: `/metadata/annotations/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`,
    value,
  }));
}
