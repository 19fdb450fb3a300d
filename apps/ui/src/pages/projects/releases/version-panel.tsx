import { Panel, Stat, Stats } from '@tidegate/ui-kit';
import { useText } from '../../../i18n/use-text';
import styles from './release.module.css';
import { type SignalSecond, WINDOW_SECONDS, versionFigures } from './seconds';

interface VersionPanelProps {
  version: string;
  role: 'principal' | 'candidate';
  seconds: readonly SignalSecond[];
  /** Epoch second up to which the numbers count; undefined: the present. */
  until: number | undefined;
}

/** One of the two versions in numbers, as it is now. */
export function VersionPanel({ version, role, seconds, until }: VersionPanelProps) {
  const { t, figures } = useText();
  const { rate, share, failed, medianMs, slowestMs } = versionFigures(seconds, version, until);
  return (
    <Panel className={styles[role]} label={`${t(`release.role.${role}`)} ${version}`}>
      <div className={styles.versionHead}>
        <h2>{version}</h2>
        <span className={styles.role}>{t(`release.role.${role}`)}</span>
        <span className={styles.window}>{t('release.last', { seconds: WINDOW_SECONDS })}</span>
      </div>
      <Stats>
        <Stat name={t('release.requests')} value={figures.perSecond(rate)} />
        <Stat name={t('release.share_of_traffic')} value={figures.share(share)} />
        <Stat name={t('release.failed')} value={figures.share(failed)} tone={failed !== null && failed > 0 ? 'bad' : undefined} />
        <Stat name={t('release.median')} value={figures.ms(medianMs)} />
        <Stat name={t('release.slowest')} value={figures.ms(slowestMs)} />
      </Stats>
    </Panel>
  );
}
