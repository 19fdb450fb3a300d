import { deliveryCrds } from '@tidegate/delivery-contract';
import { gatewayApiCrds, meshCrds } from '@tidegate/mesh-contract';
import { servingCrds } from '@tidegate/serving-contract';
import { tenancyCrds } from '@tidegate/tenancy-contract';
import { hookRights, rightsInPods, rightsOfUsers } from '@tidegate/tidegate-cli';
import { stringify } from 'yaml';

/** The text of charts/tidegate/generated/rights.yaml: what the chart's roles hold. */
export function rightsFile(): string {
  const definitions = [...gatewayApiCrds(), ...meshCrds(), ...deliveryCrds(), ...servingCrds(), ...tenancyCrds()].map(({ spec }) => ({
    group: spec.group,
    plural: spec.names.plural,
    namespaced: spec.scope === 'Namespaced',
  }));
  const rights = { identities: rightsInPods(), hooks: hookRights, users: rightsOfUsers(definitions) };
  const text = stringify(rights, { aliasDuplicateObjects: false, lineWidth: 140 });
  return `# Generated from apps/tidegate/src/install: node tools/chart/dist/main.js\n${text}`;
}
