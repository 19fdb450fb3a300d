import type { GraphContent, GraphNode } from '@tidegate/ui-kit/graph';
import { useMemo } from 'react';
import { type Text, useText } from '../../i18n/use-text';
import { type MapEdge, type MapNode, boxesOf, toneOfEdge, toneOfNode } from './map-content';

/** The platform's word for requests that were sent to no version in particular. */
const NO_VERSION = '-';

/** The map in words and figures. Every node has two lines at all times, so that nothing grows or moves while numbers change. */
export function useGraphContent(nodes: readonly MapNode[], edges: readonly MapEdge[], withProject: boolean): GraphContent {
  const text = useText();
  return useMemo(() => {
    const boxes = boxesOf(nodes);
    const parents = new Map([...boxes].flatMap(([box, mine]) => mine.map((n) => [n.id, box] as const)));
    const shown = new Set(nodes.map((n) => n.id));
    const busiest = Math.max(1e-9, ...edges.map((e) => e.rps));
    return {
      boxes: [...boxes].map(([id, [first]]) => ({ id, title: first?.name ?? '', below: withProject ? (first?.namespace ?? '') : undefined })),
      nodes: nodes.map((n) => toGraphNode(n, parents.get(n.id), withProject, text)),
      edges: edges
        .filter((e) => shown.has(e.from) && shown.has(e.to))
        .map((e) => ({ id: e.id, source: e.from, target: e.to, label: labelOf(e, text), tone: toneOfEdge(e), load: e.rps / busiest })),
    };
  }, [nodes, edges, withProject, text]);
}

function toGraphNode(node: MapNode, parent: string | undefined, withProject: boolean, { t, figures }: Text): GraphNode {
  const { id, kind, name, namespace, held, isAsleep, rps, success } = node;
  const version = node.version === NO_VERSION ? t('map.noVersion') : node.version;
  const inside = parent !== undefined;
  const where = [inside || !withProject ? '' : namespace, inside ? '' : version].filter(Boolean).join(' · ');
  const rate = rps === 0 ? t('kit.noRequests') : `${figures.perSecond(rps)} · ${figures.share(success)}`;
  const badge = held > 0 ? t('services.held', { requests: figures.number(held) }) : isAsleep ? t('services.states.ASLEEP') : undefined;
  return {
    id,
    parent,
    title: kind === 'OUTSIDE' ? t('map.outside') : inside ? (version ?? name) : name,
    lines: kind === 'OUTSIDE' ? [t('map.outsideText')] : [where || t(`map.kinds.${kind}`), rate],
    tone: toneOfNode(node),
    badge,
    pale: isAsleep && held === 0,
  };
}

/** Rate, then failures when there are any, then p95. */
function labelOf({ rps, errors, p95Ms }: MapEdge, { figures }: Text): string {
  if (rps === 0) return '';
  return [figures.perSecond(rps), errors > 0 ? `${figures.share(errors)} ✕` : '', p95Ms === null ? '' : figures.ms(p95Ms)].filter(Boolean).join(' · ');
}
