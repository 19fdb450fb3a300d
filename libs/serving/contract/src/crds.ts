import { type CrdOptions, type CustomResourceDefinition, type KubeObject, type PrinterColumn, crdFor } from '@tidegate/kube';
import { configurationSpecSchema, configurationStatusSchema } from './configuration.js';
import { clusterDomainClaimSpecSchema, domainMappingSpecSchema, domainMappingStatusSchema } from './domain-mapping.js';
import { clusterDomainClaims, configurations, domainMappings, knativeServices, podAutoscalers, revisions, routes } from './kinds.js';
import { podAutoscalerSpecSchema, podAutoscalerStatusSchema } from './pod-autoscaler.js';
import { revisionSpecSchema, revisionStatusSchema } from './revision.js';
import { routeSpecSchema, routeStatusSchema } from './route.js';
import { serviceSpecSchema, serviceStatusSchema } from './service.js';

const READY: PrinterColumn[] = [
  { name: 'Ready', type: 'string', jsonPath: `.status.conditions[?(@.type=='Ready')].status` },
  { name: 'Reason', type: 'string', jsonPath: `.status.conditions[?(@.type=='Ready')].reason` },
];
const URL: PrinterColumn = { name: 'URL', type: 'string', jsonPath: '.status.url' };
const LATEST: PrinterColumn[] = [
  { name: 'LatestCreated', type: 'string', jsonPath: '.status.latestCreatedRevisionName' },
  { name: 'LatestReady', type: 'string', jsonPath: '.status.latestReadyRevisionName' },
];
const PUBLIC = ['all', 'knative', 'serving'];
/** By these labels other programs find out what a kind can be used for. */
const ADDRESSABLE = { 'duck.knative.dev/addressable': 'true' };
const PODSPECABLE = { 'duck.knative.dev/podspecable': 'true' };

/** The CustomResourceDefinitions of Knative Serving, with the names and columns that its users know. */
export function servingCrds(): CustomResourceDefinition[] {
  return [
    define({
      kind: knativeServices,
      shortNames: ['kservice', 'ksvc'],
      categories: PUBLIC,
      labels: { ...ADDRESSABLE, ...PODSPECABLE },
      schema: serviceSpecSchema,
      statusSchema: serviceStatusSchema,
      columns: [URL, ...LATEST, ...READY],
    }),
    define({
      kind: configurations,
      shortNames: ['config', 'cfg'],
      categories: PUBLIC,
      labels: PODSPECABLE,
      schema: configurationSpecSchema,
      statusSchema: configurationStatusSchema,
      columns: [...LATEST, ...READY],
    }),
    define({
      kind: revisions,
      shortNames: ['rev'],
      categories: PUBLIC,
      schema: revisionSpecSchema,
      statusSchema: revisionStatusSchema,
      columns: [
        { name: 'Config Name', type: 'string', jsonPath: `.metadata.labels['serving\\.knative\\.dev/configuration']` },
        { name: 'Generation', type: 'string', jsonPath: `.metadata.labels['serving\\.knative\\.dev/configurationGeneration']` },
        ...READY,
        { name: 'Actual Replicas', type: 'integer', jsonPath: '.status.actualReplicas' },
        { name: 'Desired Replicas', type: 'integer', jsonPath: '.status.desiredReplicas' },
      ],
    }),
    define({
      kind: routes,
      shortNames: ['rt'],
      categories: PUBLIC,
      labels: ADDRESSABLE,
      schema: routeSpecSchema,
      statusSchema: routeStatusSchema,
      columns: [URL, ...READY],
    }),
    define({
      kind: domainMappings,
      shortNames: ['dm'],
      categories: PUBLIC,
      schema: domainMappingSpecSchema,
      statusSchema: domainMappingStatusSchema,
      columns: [URL, ...READY],
    }),
    define({
      kind: clusterDomainClaims,
      shortNames: ['cdc'],
      categories: ['knative-internal', 'networking'],
      schema: clusterDomainClaimSpecSchema,
    }),
    define({
      kind: podAutoscalers,
      shortNames: ['kpa', 'pa'],
      categories: ['knative-internal', 'autoscaling'],
      schema: podAutoscalerSpecSchema,
      statusSchema: podAutoscalerStatusSchema,
      columns: [
        { name: 'DesiredScale', type: 'integer', jsonPath: '.status.desiredScale' },
        { name: 'ActualScale', type: 'integer', jsonPath: '.status.actualScale' },
        ...READY,
      ],
    }),
  ];
}

function define<T extends KubeObject>(options: CrdOptions<T>): CustomResourceDefinition {
  const crd = crdFor({ ...options, labels: { 'knative.dev/crd-install': 'true', ...options.labels } });
  // An object without spec reaches admission, which says what is missing.
  for (const version of crd.spec.versions) delete version.schema?.openAPIV3Schema?.required;
  return crd;
}
