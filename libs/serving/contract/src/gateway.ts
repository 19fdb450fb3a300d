import { defineKind, type KubeObject } from '@tidegate/kube';
import type { Condition } from './fields.js';

/** The part of gateway.networking.k8s.io/v1 Gateway that serving writes and reads: its own listeners. */
export interface Gateway extends KubeObject {
  spec: { listeners?: GatewayListener[] };
  status?: { listeners?: { name: string; conditions?: (Condition & { observedGeneration?: number })[] }[] };
}
export interface GatewayListener {
  name: string;
  hostname?: string;
  port: number;
  protocol: string;
  tls?: { mode?: string; certificateRefs?: { group?: string; kind?: string; name: string; namespace?: string }[] };
  allowedRoutes?: { namespaces?: { from?: string; selector?: { matchLabels?: Record<string, string> } } };
}

/** gateway.networking.k8s.io/v1beta1 ReferenceGrant. */
export interface ReferenceGrant extends KubeObject {
  spec: { from: { group: string; kind: string; namespace: string }[]; to: { group: string; kind: string; name?: string }[] };
}

const GROUP = 'gateway.networking.k8s.io';
export const gateways = defineKind<Gateway>({ group: GROUP, version: 'v1', kind: 'Gateway', plural: 'gateways', namespaced: true });
export const referenceGrants = defineKind<ReferenceGrant>({
  group: GROUP,
  version: 'v1beta1',
  kind: 'ReferenceGrant',
  plural: 'referencegrants',
  namespaced: true,
});
