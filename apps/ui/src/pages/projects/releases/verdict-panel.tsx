import { Panel } from '@tidegate/ui-kit';
import type { ReleaseDetailFragment } from '../../../api/generated/documents';
import { useText } from '../../../i18n/use-text';
import { eventAt } from './release-story';
import styles from './release.module.css';

/** Why the release is where it is, in one sentence, and its steps. */
export function VerdictPanel({ release, at }: { release: ReleaseDetailFragment; at: number | undefined }) {
  const { t } = useText();
  const sentence = at === undefined ? release.why : (eventAt(release.history, at)?.text ?? '');
  return (
    <Panel label={t('release.verdict')}>
      <p className={styles.sentence} aria-live={at === undefined ? 'polite' : 'off'}>
        {sentence}
      </p>
      <ol className={styles.steps} aria-label={t('release.steps')}>
        {release.steps.map((step) => (
          <li key={step.index} data-state={step.state} aria-current={step.state === 'NOW' ? 'step' : undefined}>
            <span className={styles.stepWeight}>
              {step.weight} %{step.state === 'DONE' && <span className={styles.hidden}> {t('release.done')}</span>}
            </span>
            <span className={styles.stepText}>{step.text}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
