import { type KubeObject, defineKind } from '@tidegate/kube';

/** What the embedded cluster reads of a Gateway; the kind itself is defined by the mesh's contract. */
export interface GatewayView extends KubeObject {
  spec?: {
    gatewayClassName?: string;
    listeners?: { port: number; protocol?: string }[];
    addresses?: { type?: string; value?: string }[];
  };
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
