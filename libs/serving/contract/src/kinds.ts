import { defineKind } from '@tidegate/kube';
import type { Configuration } from './configuration.js';
import type { ClusterDomainClaim, DomainMapping } from './domain-mapping.js';
import { AUTOSCALING_GROUP, NETWORKING_GROUP, SERVING_GROUP } from './names.js';
import type { PodAutoscaler } from './pod-autoscaler.js';
import type { Revision } from './revision.js';
import type { Route } from './route.js';
import type { KnativeService } from './service.js';

const v1 = { group: SERVING_GROUP, version: 'v1', namespaced: true } as const;

export const knativeServices = defineKind<KnativeService>({ ...v1, kind: 'Service', plural: 'services' });
export const configurations = defineKind<Configuration>({ ...v1, kind: 'Configuration', plural: 'configurations' });
export const revisions = defineKind<Revision>({ ...v1, kind: 'Revision', plural: 'revisions' });
export const routes = defineKind<Route>({ ...v1, kind: 'Route', plural: 'routes' });
export const domainMappings = defineKind<DomainMapping>({ ...v1, version: 'v1beta1', kind: 'DomainMapping', plural: 'domainmappings' });
export const clusterDomainClaims = defineKind<ClusterDomainClaim>({
  group: NETWORKING_GROUP,
  version: 'v1alpha1',
  kind: 'ClusterDomainClaim',
  plural: 'clusterdomainclaims',
  namespaced: false,
});
export const podAutoscalers = defineKind<PodAutoscaler>({
  group: AUTOSCALING_GROUP,
  version: 'v1alpha1',
  kind: 'PodAutoscaler',
  plural: 'podautoscalers',
  namespaced: true,
});
