import { type CrdOptions, type CustomResourceDefinition, type KubeObject, crdFor } from '@tidegate/kube';
import { gatewayClassSpecSchema, gatewayClassStatusSchema } from './gateway-class.js';
import { gatewaySpecSchema, gatewayStatusSchema } from './gateway.js';
import { grpcRouteSpecSchema } from './grpc-route.js';
import { httpRouteSpecSchema } from './http-route.js';
import { gatewayClasses, gateways, grpcRoutes, httpRoutes, referenceGrants, trafficPolicies } from './kinds.js';
import { referenceGrantSpecSchema } from './reference-grant.js';
import { GATEWAY_GROUP } from './references.js';
import { routeStatusSchema } from './route-status.js';
import { trafficPolicySpecSchema, trafficPolicyStatusSchema } from './traffic-policy.js';

/** The release of the Gateway API whose fields and meaning these definitions follow. */
export const GATEWAY_API_VERSION = 'v1.6.3';

const AGE = { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' } as const;
const HOSTNAMES = { name: 'Hostnames', type: 'string', jsonPath: '.spec.hostnames' } as const;

/**
 * For clusters without the Gateway API: applied only where its own definitions are absent. They carry the project's annotations,
 * so that other tools see which release and channel is there.
 */
export function gatewayApiCrds(): CustomResourceDefinition[] {
  const status = `.status.conditions[?(@.type=="Accepted")].status`;
  return [
    define({
      kind: gatewayClasses,
      shortNames: ['gc'],
      schema: gatewayClassSpecSchema,
      statusSchema: gatewayClassStatusSchema,
      columns: [
        { name: 'Controller', type: 'string', jsonPath: '.spec.controllerName' },
        { name: 'Accepted', type: 'string', jsonPath: status },
        AGE,
        { name: 'Description', type: 'string', jsonPath: '.spec.description', priority: 1 },
      ],
      validations: [{ rule: 'self.spec.controllerName == oldSelf.spec.controllerName', message: 'controllerName cannot be changed' }],
    }),
    define({
      kind: gateways,
      shortNames: ['gtw'],
      schema: gatewaySpecSchema,
      statusSchema: gatewayStatusSchema,
      columns: [
        { name: 'Class', type: 'string', jsonPath: '.spec.gatewayClassName' },
        { name: 'Address', type: 'string', jsonPath: '.status.addresses[*].value' },
        { name: 'Programmed', type: 'string', jsonPath: `.status.conditions[?(@.type=="Programmed")].status` },
        AGE,
      ],
    }),
    define({ kind: httpRoutes, schema: httpRouteSpecSchema, statusSchema: routeStatusSchema, columns: [HOSTNAMES, AGE] }),
    define({ kind: grpcRoutes, schema: grpcRouteSpecSchema, statusSchema: routeStatusSchema, columns: [HOSTNAMES, AGE] }),
    alsoServed(define({ kind: referenceGrants, shortNames: ['refgrant'], schema: referenceGrantSpecSchema, columns: [AGE] }), 'v1'),
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
      'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api/pull/3328',
      [`${GATEWAY_GROUP}/bundle-version`]: GATEWAY_API_VERSION,
      [`${GATEWAY_GROUP}/channel`]: 'standard',
    },
  });
}

/** The same shape under a second version; the first stays the stored one. */
function alsoServed(crd: CustomResourceDefinition, version: string): CustomResourceDefinition {
  const first = crd.spec.versions[0];
  if (!first) return crd;
  return { ...crd, spec: { ...crd.spec, versions: [first, { ...first, name: version, storage: false }] } };
}
