import { defineKind, type KubeObject } from '@tidegate/kube';

/** The part of mesh.tidegate.dev/v1alpha1 TrafficPolicy that serving writes and reads; the mesh defines the kind. */
export interface TrafficPolicy extends KubeObject {
  spec: {
    targetRef: { kind: 'Service'; name: string };
    /** Requests wait in the proxy while there is no pod (NoReadyEndpoints), or always, for a free slot (Always). */
    hold?: { when: 'NoReadyEndpoints' | 'Always'; timeoutSeconds: number };
    timeouts?: { requestSeconds?: number; responseStartSeconds?: number; idleSeconds?: number };
    /** The header Forwarded, which Knative's runtime contract promises to every program. */
    forwardedHeader?: boolean;
  };
  status?: {
    observedGeneration?: number;
    conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
  };
}

export const trafficPolicies = defineKind<TrafficPolicy>({
  group: 'mesh.tidegate.dev',
  version: 'v1alpha1',
  kind: 'TrafficPolicy',
  plural: 'trafficpolicies',
  namespaced: true,
});
