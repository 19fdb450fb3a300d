import { type KubeObject, defineKind } from '@tidegate/kube';

/** What the embedded cluster reads of a Gateway; the kind itself is defined by the mesh's contract. */
export interface GatewayView extends KubeObject {
  spec?: {
    gatewayClassName?: string;
    listeners?: { port: number; protocol?: string }[];
    addresses?: { type?: string; value?: string }[];
  };
}

/** What the embedded cluster reads of a ListenerSet: listeners that somebody else adds to a Gateway. */
export interface ListenerSetView extends KubeObject {
  spec?: {
    parentRef?: { namespace?: string; name?: string };
    listeners?: { port: number; protocol?: string }[];
  };
  status?: { conditions?: { type: string; status: string }[] };
}

export const GATEWAY_GROUP = 'gateway.networking.k8s.io';
/** Gateways of other classes get neither addresses nor ports here. */
export const GATEWAY_CLASS = 'tidegate';

export const gatewayViews = defineKind<GatewayView>({
  group: GATEWAY_GROUP,
  version: 'v1',
  kind: 'Gateway',
  plural: 'gateways',
  namespaced: true,
});

export const listenerSetViews = defineKind<ListenerSetView>({
  group: GATEWAY_GROUP,
  version: 'v1',
  kind: 'ListenerSet',
  plural: 'listenersets',
  namespaced: true,
});
