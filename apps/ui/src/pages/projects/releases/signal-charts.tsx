import { Columns, EmptyState, Panel } from '@tidegate/ui-kit';
import { Chart, type Line } from '@tidegate/ui-kit/chart';
import { useMemo } from 'react';
import { useText } from '../../../i18n/use-text';
import { SECONDS_KEPT, type SignalSecond, type VersionSignal, comparedSignal } from './seconds';

interface SignalChartsProps {
  principal: string;
  candidate: string;
  seconds: SignalSecond[];
}

const failedShare = (v: VersionSignal): number | null => (v.requests === 0 ? null : v.failed / v.requests);
const slowest = (v: VersionSignal): number | null => v.p99Ms;
const requests = (v: VersionSignal): number => v.requests;

/** Instead of curves, when the API does not remember seconds that old. */
export function NoCurves() {
  const { t } = useText();
  return (
    <Panel>
      <EmptyState title={t('release.older', { minutes: SECONDS_KEPT / 60 })} />
    </Panel>
  );
}

/** Both versions' curves of what decides, per second. A second without requests is a hole in the line, not a zero. */
export function SignalCharts(props: SignalChartsProps) {
  const { t, figures } = useText();
  const aside = t('release.perSecond', { minutes: SECONDS_KEPT / 60 });
  return (
    <Columns least={340}>
      <Panel title={t('release.failedRequests')} aside={aside}>
        <TwoCurves {...props} label={t('release.failedRequests')} value={failedShare} say={figures.share} top={0.02} />
      </Panel>
      <Panel title={t('release.slowestRequests')} aside={aside}>
        <TwoCurves {...props} label={t('release.slowestRequests')} value={slowest} say={figures.ms} />
      </Panel>
      <Panel title={t('release.requestRate')} aside={aside}>
        <TwoCurves {...props} label={t('release.requestRate')} value={requests} say={figures.perSecond} />
      </Panel>
    </Columns>
  );
}

interface TwoCurvesProps extends SignalChartsProps {
  label: string;
  value: (v: VersionSignal) => number | null;
  say: (value: number) => string;
  top?: number;
}

function TwoCurves({ principal, candidate, seconds, label, value, say, top }: TwoCurvesProps) {
  const times = useMemo(() => seconds.map((s) => s.second), [seconds]);
  const lines = useMemo<Line[]>(() => {
    const of = (version: string): (number | null)[] =>
      seconds.map((s) => {
        const found = comparedSignal(s, version);
        return found ? value(found) : null;
      });
    return [
      { label: principal, tone: 'tide', values: of(principal) },
      { label: candidate, tone: 'candidate', values: of(candidate) },
    ];
  }, [seconds, principal, candidate, value]);
  return <Chart label={label} times={times} lines={lines} say={say} top={top ?? 0} height={150} />;
}
