import { Link } from '@tanstack/react-router';
import { Facts, Panel } from '@tidegate/ui-kit';
import { EdgeSeriesDocument } from '../../api/generated/documents';
import { usePolled } from '../../api/use-polled';
import { useText } from '../../i18n/use-text';
import { Curves } from '../projects/services/overview-tab';
import { addressOfId } from '../services/service-address';
import type { MapEdge, MapNode } from './map-content';

const EVERY_MS = 5_000;

/** Figures and curves of what is selected. An edge shows those of the service that it leads to. */
export function MapDetail({ at, nodes, edges }: { at: string; nodes: readonly MapNode[]; edges: readonly MapEdge[] }) {
  const { t, figures } = useText();
  const edge = edges.find((e) => e.id === at);
  const node = nodes.find((n) => n.id === (edge?.to ?? at));
  if (!node) return null;
  const from = nodes.find((n) => n.id === edge?.from);
  const address = node.serviceId === null ? undefined : addressOfId(node.serviceId);
  const name = address ? (
    <Link to="/projects/$project/services/$kind/$name" params={address}>
      {node.name}
    </Link>
  ) : (
    node.name
  );
  const facts = edge
    ? [
        { name: t('map.from'), value: from?.kind === 'OUTSIDE' ? t('map.outside') : from?.name },
        { name: t('map.to'), value: name },
        { name: t('services.rps'), value: figures.perSecond(edge.rps) },
        { name: t('service.errors'), value: figures.share(edge.errors) },
        { name: t('service.p95'), value: figures.ms(edge.p95Ms) },
      ]
    : [
        { name: t('services.service'), value: name },
        { name: t('activity.project'), value: node.namespace ?? '–' },
        { name: t('service.version'), value: node.version ?? '–' },
        { name: t('services.rps'), value: figures.perSecond(node.rps) },
        { name: t('services.success'), value: figures.share(node.success) },
        { name: t('map.waiting'), value: figures.number(node.held) },
      ];
  return (
    <div>
      <Panel title={edge ? `${from?.kind === 'OUTSIDE' ? t('map.outside') : (from?.name ?? '')} → ${node.name}` : node.name}>
        <Facts facts={facts} />
      </Panel>
      {node.serviceId !== null && <ServiceCurves id={node.serviceId} />}
    </div>
  );
}

function ServiceCurves({ id }: { id: string }) {
  const answer = usePolled(EdgeSeriesDocument, { id }, EVERY_MS);
  return answer.state === 'here' ? <Curves points={answer.data.serviceSeries} /> : null;
}
