import { Panel } from '@tidegate/ui-kit';
import type { ReleaseDetailFragment } from '../../../api/generated/documents';
import { useText } from '../../../i18n/use-text';
import styles from './release.module.css';

/** What happened, newest first. `at` is the moment that is looked at; what came later is pale. */
export function ReleaseHistory({ release, at }: { release: ReleaseDetailFragment; at: number | undefined }) {
  const { t, figures } = useText();
  return (
    <Panel title={t('release.history')}>
      <ol className={styles.history}>
        {release.history.toReversed().map((event) => {
          const time = Date.parse(event.at);
          return (
            <li key={`${event.at}${event.reason}${event.text}`} data-later={at !== undefined && time > at}>
              <time dateTime={event.at}>{figures.clock(time / 1000)}</time>
              <span className={styles.weight}>{event.weight === null ? '' : `${event.weight} %`}</span>
              <span>
                {event.text}
                {event.by && <span className={styles.quiet}> {t('release.by', { who: event.by })}</span>}
              </span>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
