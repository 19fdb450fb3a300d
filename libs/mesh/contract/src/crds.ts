import { type CrdOptions, type CustomResourceDefinition, type KubeObject, crdFor } from '@tidegate/kube';
import { backendTlsPolicySpecSchema, policyStatusSchema } from './backend-tls-policy.js';
import { gatewayClassSpecSchema, gatewayClassStatusSchema } from './gateway-class.js';
import { gatewaySpecSchema, gatewayStatusSchema } from './gateway.js';
import { grpcRouteSpecSchema } from './grpc-route.js';
import { httpRouteSpecSchema } from './http-route.js';
import {
  backendTlsPolicies,
  gatewayClasses,
  gateways,
  grpcRoutes,
  httpRoutes,
  listenerSets,
  referenceGrants,
  tcpRoutes,
  tlsRoutes,
  trafficPolicies,
} from './kinds.js';
import { listenerSetSpecSchema, listenerSetStatusSchema } from './listener-set.js';
import { referenceGrantSpecSchema } from './reference-grant.js';
import { GATEWAY_GROUP } from './references.js';
import { routeStatusSchema } from './route-status.js';
import { tcpRouteSpecSchema, tlsRouteSpecSchema } from './stream-route.js';
import { trafficPolicySpecSchema, trafficPolicyStatusSchema } from './traffic-policy.js';

/** The release of the Gateway API whose fields and meaning these definitions follow. */
export const GATEWAY_API_VERSION = 'v1.6.3';

const AGE = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' } as const;
const HOSTNAMES = { name: 'Hostnames', type: 'string', jsonPath: '.spec.hostnames' } as const;
const conditionColumn = (name: string) => ({ name, type: 'string', jsonPath: `.status.conditions[?(@.type=="${name}")].status` }) as const;

/**
 * For clusters without the Gateway API: applied only where its own definitions are absent. They carry the project's annotations,
 * so that other tools see which release and channel is there.
 */
export function gatewayApiCrds(): CustomResourceDefinition[] {
  return [
    alsoServed('v1beta1', {
      kind: gatewayClasses,
      shortNames: ['gc'],
      schema: gatewayClassSpecSchema,
      statusSchema: gatewayClassStatusSchema,
      columns: [
        { name: 'Controller', type: 'string', jsonPath: '.spec.controllerName' },
        conditionColumn('Accepted'),
        AGE,
        { name: 'Description', type: 'string', jsonPath: '.spec.description', priority: 1 },
      ],
      validations: [{ rule: 'self.spec.controllerName == oldSelf.spec.controllerName', message: 'controllerName cannot be changed' }],
    }),
    alsoServed('v1beta1', {
      kind: gateways,
      shortNames: ['gtw'],
      schema: gatewaySpecSchema,
      statusSchema: gatewayStatusSchema,
      columns: [
        { name: 'Class', type: 'string', jsonPath: '.spec.gatewayClassName' },
        { name: 'Address', type: 'string', jsonPath: '.status.addresses[*].value' },
        conditionColumn('Programmed'),
        AGE,
      ],
    }),
    define({
      kind: listenerSets,
      shortNames: ['lset'],
      schema: listenerSetSpecSchema,
      statusSchema: listenerSetStatusSchema,
      columns: [conditionColumn('Accepted'), conditionColumn('Programmed'), AGE],
    }),
    alsoServed('v1beta1', { kind: httpRoutes, schema: httpRouteSpecSchema, statusSchema: routeStatusSchema, columns: [HOSTNAMES, AGE] }),
    define({ kind: grpcRoutes, schema: grpcRouteSpecSchema, statusSchema: routeStatusSchema, columns: [HOSTNAMES, AGE] }),
    define({ kind: tlsRoutes, schema: tlsRouteSpecSchema, statusSchema: routeStatusSchema, columns: [AGE] }),
    define({ kind: tcpRoutes, schema: tcpRouteSpecSchema, statusSchema: routeStatusSchema, columns: [AGE] }),
    define({
      kind: backendTlsPolicies,
      shortNames: ['btlspolicy'],
      schema: backendTlsPolicySpecSchema,
      statusSchema: policyStatusSchema,
      columns: [AGE],
      labels: { [`${GATEWAY_GROUP}/policy`]: 'Direct' },
    }),
    alsoServed('v1', { kind: referenceGrants, shortNames: ['refgrant'], schema: referenceGrantSpecSchema, columns: [AGE] }),
  ];
}

/** Tidegate's own kinds of the mesh. */
export function meshCrds(): CustomResourceDefinition[] {
  const is = (type: string) => `.status.conditions[?(@.type=="${type}")].status`;
  return [
    crdFor({
      kind: trafficPolicies,
      schema: trafficPolicySpecSchema,
      statusSchema: trafficPolicyStatusSchema,
      columns: [
        { name: 'Target', type: 'string', jsonPath: '.spec.targetRef.name' },
        { name: 'Hold', type: 'string', jsonPath: '.spec.hold.when' },
        { name: 'Live', type: 'string', jsonPath: is('Live') },
        { name: 'Holding', type: 'string', jsonPath: is('Holding') },
        AGE,
      ],
    }),
  ];
}

function define<T extends KubeObject>(options: CrdOptions<T>): CustomResourceDefinition {
  return crdFor({
    categories: ['gateway-api'],
    ...options,
    annotations: {
      'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/4530',
      [`${GATEWAY_GROUP}/bundle-version`]: GATEWAY_API_VERSION,
      [`${GATEWAY_GROUP}/channel`]: 'standard',
    },
  });
}

/** The same shape under a second version; the first stays the stored one. */
function alsoServed<T extends KubeObject>(version: string, options: CrdOptions<T>): CustomResourceDefinition {
  const crd = define(options);
  const first = crd.spec.versions[0];
  if (!first) return crd;
  return { ...crd, spec: { ...crd.spec, versions: [first, { ...first, name: version, storage: false }] } };
}
