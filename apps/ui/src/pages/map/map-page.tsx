import { Switch, TextInput } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { EmptyState, PageHeader, Panel } from '@tidegate/ui-kit';
import { GraphView } from '@tidegate/ui-kit/graph';
import { IconSearch, IconTopologyStar3 } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { TrafficMapDocument, type TrafficMapSubscription } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { Failed, Waiting } from '../../shell/page-states';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import { type KeptEdge, keepEdges, withTraffic } from './map-content';
import styles from './map.module.css';
import { MapDetail } from './map-detail';
import type { MapSearch } from './map-search';
import { useGraphContent } from './use-graph-content';

export function MapPage() {
  return <TrafficMap search={useSearch({ from: '/inside/map' })} />;
}

export function ProjectMapPage() {
  const { project } = useParams({ from: '/inside/projects/$project/map' });
  return <TrafficMap key={project} project={project} search={useSearch({ from: '/inside/projects/$project/map' })} />;
}

function TrafficMap({ project, search }: { project?: string; search: MapSearch }) {
  const { t } = useText();
  const live = useLive(TrafficMapDocument, { namespace: project });
  const seconds = live.state === 'here' ? live.data.topology.seconds : 0;
  return (
    <>
      <PageHeader
        title={t('map.title')}
        about={seconds > 0 ? t('map.about', { seconds: Math.round(seconds) }) : t('map.aboutEmpty')}
        actions={<Tools search={search} />}
      />
      {live.state === 'waiting' && <Waiting />}
      {live.state === 'failed' && <Failed problem={live.problem} />}
      {live.state === 'here' && <Drawn topology={live.data.topology} search={search} withProject={project === undefined} />}
    </>
  );
}

interface DrawnProps {
  topology: TrafficMapSubscription['topology'];
  search: MapSearch;
  withProject: boolean;
}

function Drawn({ topology, search, withProject }: DrawnProps) {
  const { t } = useText();
  const navigate = useNavigate();
  const [edges, setEdges] = useState<KeptEdge[]>([]);
  useEffect(() => setEdges((kept) => keepEdges(kept, topology.edges, topology.nodes, Date.now())), [topology]);
  const nodes = useMemo(() => (search.all ? topology.nodes : withTraffic(topology.nodes, edges)), [topology.nodes, edges, search.all]);
  const content = useGraphContent(nodes, edges, withProject);
  const select = (at: string | undefined): void => void navigate({ to: '.', search: { ...search, at }, replace: true });
  if (nodes.length === 0) {
    return (
      <Panel>
        <EmptyState icon={<IconTopologyStar3 size={20} />} title={t('map.empty')} command="./tidegate demo release">
          {t('map.emptyText')}
        </EmptyState>
      </Panel>
    );
  }
  return (
    <div className={styles.map}>
      <GraphView label={t('map.title')} content={content} find={search.find ?? ''} selected={search.at} onSelect={select} height="70vh" />
      {search.at !== undefined && <MapDetail at={search.at} nodes={nodes} edges={edges} />}
    </div>
  );
}

function Tools({ search }: { search: MapSearch }) {
  const { t } = useText();
  const navigate = useNavigate();
  const set = (change: MapSearch): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <>
      <Switch
        label={t('map.all')}
        checked={search.all ?? false}
        onChange={(event) => set({ all: event.currentTarget.checked || undefined })}
        className={styles.switch}
      />
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        aria-label={t('map.find')}
        placeholder={t('map.find')}
        leftSection={<IconSearch size={15} />}
        value={search.find ?? ''}
        onChange={(event) => set({ find: event.currentTarget.value || undefined })}
        maxLength={100}
        w={220}
      />
    </>
  );
}
