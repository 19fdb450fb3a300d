import { hookRights, rightsInPods, rightsOfUsers } from '@tidegate/tidegate-cli';
import { stringify } from 'yaml';

/** The text of charts/tidegate/generated/rights.yaml: what the chart's roles hold. */
export function rightsFile(): string {
  const rights = { identities: rightsInPods(), hooks: hookRights, users: rightsOfUsers() };
  const text = stringify(rights, { aliasDuplicateObjects: false, lineWidth: 140 });
  return `# Generated from apps/tidegate/src/install: node tools/chart/dist/main.js\n${text}`;
}
