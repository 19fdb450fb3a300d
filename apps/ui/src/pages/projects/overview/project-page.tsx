import { useParams } from '@tanstack/react-router';
import { PageHeader, Panel, Stat, Stats } from '@tidegate/ui-kit';
import { IconAdjustments, IconApps, IconRipple, IconStack2, IconTopologyStar3 } from '@tabler/icons-react';
import { OneProjectDocument, ReleasesDocument, ServicesDocument, type ServiceState } from '../../../api/generated/documents';
import { useAnswer, useLive } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { LinkButton } from '../../../shell/link-button';
import { Failed, NotFound, Waiting } from '../../../shell/page-states';
import { STATES } from '../../services/service-search';
import { EventsTab } from '../services/events-tab';

const RECENT_EVENTS = 12;
const COUNTED = 1_000;
const TONES: Partial<Record<ServiceState, 'good' | 'bad' | 'sleep' | 'wait'>> = {
  READY: 'good',
  DEGRADED: 'bad',
  FAILED: 'bad',
  ASLEEP: 'sleep',
  PROGRESSING: 'wait',
};
const PARTS = [
  { word: 'services', to: '/projects/$project/services', icon: IconStack2 },
  { word: 'releases', to: '/projects/$project/releases', icon: IconRipple },
  { word: 'map', to: '/projects/$project/map', icon: IconTopologyStar3 },
  { word: 'applications', to: '/projects/$project/applications', icon: IconApps },
  { word: 'configuration', to: '/projects/$project/configuration', icon: IconAdjustments },
] as const;

/** How a project is, what is in it, and what changed lately. */
export function ProjectPage() {
  const { t } = useText();
  const { project: name } = useParams({ from: '/inside/projects/$project/' });
  const answer = useAnswer(OneProjectDocument, { name });
  if (answer.state === 'waiting') return <Waiting />;
  if (answer.state === 'failed') return <Failed problem={answer.problem} again={answer.again} />;
  const { project } = answer.data;
  if (!project) return <NotFound />;
  return (
    <>
      <PageHeader title={project.displayName} about={[project.workspace, project.description].filter(Boolean).join(' · ')} actions={<Parts project={name} />} />
      <Health project={name} />
      <Panel title={t('projects.lately')} flush>
        <EventsTab namespace={name} first={RECENT_EVENTS} />
      </Panel>
    </>
  );
}

function Parts({ project }: { project: string }) {
  const { t } = useText();
  return PARTS.map(({ word, to, icon: Icon }) => (
    <LinkButton key={word} to={to} params={{ project }} variant="default" leftSection={<Icon size={15} />}>
      {t(`places.${word}`)}
    </LinkButton>
  ));
}

function Health({ project }: { project: string }) {
  const { t, figures } = useText();
  const services = useLive(ServicesDocument, { filter: { namespace: project }, first: COUNTED });
  const releases = useLive(ReleasesDocument, { namespace: project });
  const rows = services.state === 'here' ? services.data.services.edges.map(({ node }) => node) : [];
  const count = (state: ServiceState): number => rows.filter((s) => s.state === state).length;
  const running = releases.state === 'here' ? releases.data.releases.filter((r) => !r.finished).length : 0;
  return (
    <Panel label={t('projects.health')}>
      <Stats label={t('projects.health')}>
        {STATES.filter((state) => state === 'READY' || count(state) > 0).map((state) => (
          <Stat key={state} name={t(`services.states.${state}`)} value={figures.number(count(state))} tone={TONES[state]} />
        ))}
        <Stat name={t('projects.runningReleases')} value={figures.number(running)} />
      </Stats>
    </Panel>
  );
}
