import { Panel, StatusWord, type Tone, Whisker } from '@tidegate/ui-kit';
import type { ReleaseDetailFragment } from '../../../api/generated/documents';
import { useText } from '../../../i18n/use-text';
import styles from './release.module.css';

type Metric = ReleaseDetailFragment['metrics'][number];

const TONES: Record<Metric['finding'], { word: Tone; bar: 'good' | 'bad' | 'wait' | 'quiet' }> = {
  WORSE: { word: 'bad', bar: 'bad' },
  SUSPECT: { word: 'paused', bar: 'wait' },
  BETTER: { word: 'good', bar: 'good' },
  TOLERATED: { word: 'good', bar: 'good' },
  OPEN: { word: 'quiet', bar: 'quiet' },
};

/** Per metric: both versions in words, and the interval that closes in on the true difference. */
export function ComparisonPanel({ release }: { release: ReleaseDetailFragment }) {
  const { t } = useText();
  const { metrics, principal, candidate } = release;
  return (
    <Panel title={t('release.comparison')} aside={t('release.comparisonAbout')}>
      {metrics.length === 0 ? (
        <p className={styles.quiet}>{t('release.notYet')}</p>
      ) : (
        <div className={styles.scroll}>
          <table className={styles.comparison}>
            <thead>
              <tr>
                <th scope="col">{t('release.metric')}</th>
                <th scope="col">{principal}</th>
                <th scope="col">{candidate}</th>
                <th scope="col">{t('release.difference')}</th>
                <th scope="col">{t('release.finding')}</th>
              </tr>
            </thead>
            <tbody>
              {metrics.map((metric) => (
                <MetricRow key={metric.name} metric={metric} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function MetricRow({ metric }: { metric: Metric }) {
  const { t } = useText();
  const { name, interval, bounds, finding } = metric;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{metric.principal}</td>
      <td>{metric.candidate}</td>
      <td>
        <Whisker
          label={t('release.interval', { metric: name, interval })}
          atLeast={bounds.atLeast ?? undefined}
          atMost={bounds.atMost ?? undefined}
          zero={bounds.equal}
          tolerance={bounds.tolerated}
          tone={TONES[finding].bar}
        />
        <div className={styles.quiet}>{interval}</div>
      </td>
      <td>
        <StatusWord tone={TONES[finding].word}>{metric.state}</StatusWord>
      </td>
    </tr>
  );
}
