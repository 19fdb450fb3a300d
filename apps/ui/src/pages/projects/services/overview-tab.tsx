import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Columns, EmptyState, Facts, Panel, Stat, Stats, useNow } from '@tidegate/ui-kit';
import { Chart, type Line } from '@tidegate/ui-kit/chart';
import { type ReactNode, useMemo } from 'react';
import { type ServiceDetailFragment, ServiceFiguresDocument, type ServiceFiguresQuery } from '../../../api/generated/documents';
import { usePolled } from '../../../api/use-polled';
import { useText } from '../../../i18n/use-text';
import { releasedService } from './released-service';
import { type SeriesOf, toSeries } from './series';

const EVERY_MS = 5_000;
const MINUTES = 5;

/** How it is, how it answers, and where it is reached. */
export function OverviewTab({ service }: { service: ServiceDetailFragment }) {
  const answer = usePolled(ServiceFiguresDocument, { id: service.id }, EVERY_MS);
  const data = answer.state === 'here' ? answer.data : undefined;
  return (
    <>
      <Figures service={service} data={data} />
      <Curves points={data?.serviceSeries ?? []} />
      <About service={service} />
    </>
  );
}

function Figures({ service, data }: { service: ServiceDetailFragment; data: ServiceFiguresQuery | undefined }) {
  const { t, figures } = useText();
  const { ready, wanted, updated } = service.replicas;
  const traffic = data?.service?.traffic;
  const held = traffic?.held ?? 0;
  return (
    <Panel label={t('service.now')}>
      <Stats label={t('service.now')}>
        <Stat
          name={t('service.ready')}
          value={`${ready}/${wanted}`}
          below={t('service.updated', { pods: figures.number(updated) })}
          tone={wanted === 0 ? 'sleep' : ready < wanted ? 'bad' : undefined}
        />
        <Stat
          name={t('services.rps')}
          value={figures.perSecond(traffic?.rps)}
          below={traffic ? t('service.last', { seconds: traffic.seconds }) : undefined}
        />
        <Stat
          name={t('services.success')}
          value={figures.share(traffic?.success)}
          tone={(traffic?.success ?? 1) < 0.99 ? 'bad' : undefined}
        />
        <Stat name={t('service.median')} value={figures.ms(traffic?.p50Ms)} />
        <Stat name={t('services.p99')} value={figures.ms(traffic?.p99Ms)} />
        <Stat
          name={t('service.open')}
          value={traffic ? figures.number(traffic.open) : '–'}
          below={held > 0 ? t('services.held', { requests: figures.number(held) }) : undefined}
          tone={held > 0 ? 'wait' : undefined}
        />
      </Stats>
    </Panel>
  );
}

/** One curve for each version, of the last minutes. */
export function Curves({ points }: { points: ServiceFiguresQuery['serviceSeries'] }) {
  const { t, figures } = useText();
  const series = useMemo(() => toSeries(points), [points]);
  if (series.times.length === 0)
    return (
    <Panel>
      <EmptyState title={t('service.noTraffic')} />
    </Panel>
  );
  const aside = t('service.minutes', { minutes: MINUTES });
  return (
    <Columns least={300}>
      <Panel title={t('services.rps')} aside={aside}>
        <VersionChart label={t('services.rps')} series={series} value="rps" say={figures.perSecond} />
      </Panel>
      <Panel title={t('service.errors')} aside={aside}>
        <VersionChart label={t('service.errors')} series={series} value="errors" say={figures.share} top={0.02} />
      </Panel>
      <Panel title={t('service.p95')} aside={aside}>
        <VersionChart label={t('service.p95')} series={series} value="p95Ms" say={figures.ms} />
      </Panel>
    </Columns>
  );
}

interface VersionChartProps {
  label: string;
  series: SeriesOf;
  value: 'rps' | 'errors' | 'p95Ms';
  say: (value: number) => string;
  top?: number;
}

const TONES = ['tide', 'candidate', 'sleep', 'good', 'wait', 'quiet'] as const;

function VersionChart({ label, series, value, say, top = 0 }: VersionChartProps) {
  const lines = useMemo(
    () =>
      series.versions.map((v, index): Line => ({ label: v.version, tone: TONES[Math.min(index, TONES.length - 1)] ?? 'quiet', values: v[value] })),
    [series, value],
  );
  return <Chart label={label} times={series.times} lines={lines} say={say} top={top} height={140} />;
}

function About({ service }: { service: ServiceDetailFragment }) {
  const { t, figures } = useText();
  const now = useNow(30_000);
  const urls = service.urls.map((address) => (
    <Anchor key={address} href={address} target="_blank" rel="noreferrer" size="sm">
      {address}
    </Anchor>
  ));
  const shown: { name: string; value: ReactNode }[] = [
    { name: t('service.images'), value: service.images.join(', ') || '–' },
    { name: t('services.made'), value: figures.ago(service.createdAt, now) },
  ];
  if (urls.length > 0) shown.push({ name: t('service.address'), value: urls });
  if ('addresses' in service && service.addresses.length > 0) shown.push({ name: t('service.inside'), value: service.addresses.join(', ') });
  if ('version' in service && service.version !== null) shown.push({ name: t('service.version'), value: service.version });
  if ('concurrency' in service) {
    const { concurrency } = service;
    shown.push({ name: t('service.concurrency'), value: concurrency === null ? t('service.unlimited') : figures.number(concurrency) });
  }
  const released = releasedService(service);
  const pastReleases =
    released === undefined
      ? []
      : [
          {
            name: t('service.releases'),
            value: (
              <Link to="/projects/$project/releases" params={{ project: service.namespace }} search={{ show: 'finished', service: released }}>
                {t('service.pastReleases', { service: released })}
              </Link>
            ),
          },
        ];
  return (
    <Panel title={t('service.about')}>
      <Facts facts={[...shown, ...releaseFact(service, t('service.release')), ...pastReleases]} />
    </Panel>
  );
}

/** The release that moves its traffic now. */
function releaseFact(service: ServiceDetailFragment, name: string) {
  if (!('release' in service) || service.release === null) return [];
  const params = { project: service.namespace, release: service.release };
  const link = (
    <Link to="/projects/$project/releases/$release" params={params}>
      {service.release}
    </Link>
  );
  return [{ name, value: link }];
}
