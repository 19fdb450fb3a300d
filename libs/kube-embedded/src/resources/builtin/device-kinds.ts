import type { BuiltinKind } from '../builtin-kind.js';
import { deviceTaintRuleTable, resourceClaimTable, resourceSliceTable } from '../columns/device-columns.js';
import { agedTable } from '../columns/table-shape.js';
import { setResourceClaimDefaults, setResourceClaimTemplateDefaults } from '../defaults/device-defaults.js';
import { resourceClaimErrors, resourceSliceErrors } from '../validation/device-rules.js';

const devices = { group: 'resource.k8s.io', version: 'v1', component: 'io.k8s.api.resource.v1', namespaced: false } as const;

/** Kinds of dynamic resource allocation, kept as data: Kubernetes' own scheduler and controller manager wait for them before they begin. */
export const deviceKinds: BuiltinKind[] = [
  { ...devices, kind: 'DeviceClass', plural: 'deviceclasses', hasGeneration: true, table: agedTable },
  { ...devices, kind: 'DeviceTaintRule', plural: 'devicetaintrules', hasGeneration: true, table: deviceTaintRuleTable },
  {
    ...devices,
    kind: 'ResourceClaim',
    plural: 'resourceclaims',
    namespaced: true,
    setDefaults: setResourceClaimDefaults,
    validate: resourceClaimErrors,
    table: resourceClaimTable,
  },
  {
    ...devices,
    kind: 'ResourceClaimTemplate',
    plural: 'resourceclaimtemplates',
    namespaced: true,
    setDefaults: setResourceClaimTemplateDefaults,
    validate: resourceClaimErrors,
    table: agedTable,
  },
  {
    ...devices,
    kind: 'ResourceSlice',
    plural: 'resourceslices',
    hasGeneration: true,
    selectableFields: ['spec.driver', 'spec.nodeName'],
    validate: resourceSliceErrors,
    table: resourceSliceTable,
  },
];
