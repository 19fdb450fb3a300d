import type { Release } from '../api/release';

const SIGNS: Record<string, string> = { Promoted: '✓', Succeeded: '✓', RolledBack: '↩', Aborted: '✕', Failed: '✕', Paused: '‖' };

/** The state in a word, with a sign besides the colour. */
export function Phase({ release }: { release: Pick<Release, 'phase' | 'finished'> }) {
  return (
    <span className={`phase phase-${release.phase.toLowerCase()}`}>
      <span aria-hidden="true">{SIGNS[release.phase] ?? (release.finished ? '•' : '~')}</span>{' '}
      {release.phase.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}
    </span>
  );
}
