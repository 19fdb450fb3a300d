import { Button } from '@mantine/core';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Columns, EmptyState, PageHeader, useNow } from '@tidegate/ui-kit';
import { useMemo } from 'react';
import { LiveReleaseDocument, PastReleaseDocument, type ReleaseDetailFragment } from '../../../api/generated/documents';
import { useAnswer, useLive } from '../../../api/use-answer';
import type { en } from '../../../i18n/en';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { PhaseWord } from '../../releases/phase-word';
import { ComparisonPanel } from './comparison-panel';
import { ReleaseActions } from './release-actions';
import { ReleaseHistory } from './release-history';
import { tellStory } from './release-story';
import styles from './release.module.css';
import { NoCurves, SignalCharts } from './signal-charts';
import { secondsOf } from './seconds';
import { TidePanel } from './tide-panel';
import { useReplay } from './use-replay';
import { useSeconds } from './use-seconds';
import { VerdictPanel } from './verdict-panel';
import { VersionPanel } from './version-panel';

const FROM = '/inside/projects/$project/releases/$release';

/** The release of that name that Kubernetes has, else the one that is kept. Names come again: `uid` means one of them. */
export function ReleasePage() {
  const { project, release: name } = useParams({ from: FROM });
  const { uid } = useSearch({ from: FROM });
  const answer = useLive(LiveReleaseDocument, { namespace: project, name });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} />;
  const { release } = answer.data;
  if (release && (uid === undefined || uid === release.uid)) return <LiveRelease key={release.uid} release={release} />;
  return <PastRelease project={project} name={name} uid={uid} />;
}

function PastRelease({ project, name, uid }: { project: string; name: string; uid: string | undefined }) {
  const answer = useAnswer(PastReleaseDocument, { namespace: project, name, uid: uid ?? null });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} again={answer.again} />;
  const { release } = answer.data;
  return release ? <LiveRelease key={release.uid} release={release} /> : <Gone project={project} name={name} />;
}

function Gone({ project, name }: { project: string; name: string }) {
  const { t } = useText();
  const action = (
    <Button component={Link} to="/releases" variant="default">
      {t('release.all')}
    </Button>
  );
  return (
    <>
      <PageHeader title={t('release.gone', { project, name })} />
      <EmptyState title={t('release.goneText')} action={action}>
        {t('releases.kept')}
      </EmptyState>
    </>
  );
}

function LiveRelease({ release }: { release: ReleaseDetailFragment }) {
  const { t } = useText();
  const seconds = useSeconds(release.namespace, release.service);
  const now = useNow(1_000);
  const story = useMemo(() => tellStory(release, now), [release, release.finished ? 0 : now]);
  const replay = useReplay(story.from, story.to);
  const { service, principal, candidate } = release;
  const mine = useMemo(() => secondsOf(seconds, story.from, release.finished ? story.to : undefined), [seconds, story, release.finished]);
  const gap = seconds.at(-1)?.gap;
  // What a version does after the release is not the release's.
  const shown = replay.at ?? (release.finished ? story.to : undefined);
  const until = shown === undefined ? undefined : shown / 1000;
  return (
    <>
      <PageHeader
        title={`${service} ${candidate}`}
        heading={
          <>
            {service}: <span className={styles.principalName}>{principal}</span> → <span className={styles.candidateName}>{candidate}</span>
          </>
        }
        status={<PhaseWord phase={release.phase} chip />}
        about={<About release={release} now={now} />}
        actions={<ReleaseActions release={release} />}
      />
      {gap && (
        <p className={styles.gap} role="alert">
          {t('release.gap', { because: gap })}
        </p>
      )}
      <VerdictPanel release={release} at={replay.at} />
      <TidePanel release={release} story={story} replay={replay} />
      <div className={styles.space} />
      {release.finished && mine.length === 0 ? (
        <NoCurves />
      ) : (
        <>
          <Columns>
            <VersionPanel version={principal} role="principal" seconds={mine} until={until} />
            <VersionPanel version={candidate} role="candidate" seconds={mine} until={until} />
          </Columns>
          <div className={styles.space} />
          <SignalCharts principal={principal} candidate={candidate} seconds={mine} />
        </>
      )}
      <ComparisonPanel release={release} />
      <ReleaseHistory release={release} at={replay.at} />
    </>
  );
}

/** Mode, weight, where it is live, and how long it takes or took. */
function About({ release, now }: { release: ReleaseDetailFragment; now: number }) {
  const { t, figures } = useText();
  const { type, weight, candidate, live, startedAt, endedAt, finished } = release;
  const began = startedAt === null ? now : Date.parse(startedAt);
  const lasted = figures.lasted((finished && endedAt !== null ? Date.parse(endedAt) : now) - began);
  const parts = [
    isMode(type) ? t(`mode.${type}`) : type,
    t('release.share', { weight, candidate }),
    live,
    t('release.started', { ago: figures.ago(startedAt, now) }),
    finished ? t('release.lasted', { time: lasted }) : t('release.running', { time: lasted }),
  ];
  return <>{parts.filter(Boolean).join(' · ')}</>;
}

const isMode = (type: string): type is keyof typeof en.mode => ['Canary', 'BlueGreen', 'Mirror'].includes(type);
