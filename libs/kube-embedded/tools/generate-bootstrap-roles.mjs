/**
 * Writes src/auth/generated/system-roles.ts: the roles and bindings that a Kubernetes API server makes for the parts of Kubernetes, as one
 * without anything else tells them (Apache-2.0).
 *   kubectl get clusterroles,clusterrolebindings,roles,rolebindings -A -l kubernetes.io/bootstrapping=rbac-defaults -o json > roles.json
 *   node tools/generate-bootstrap-roles.mjs roles.json 1.37.1
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [file, version] = process.argv.slice(2);
if (!file || !version) throw new Error('usage: generate-bootstrap-roles.mjs FILE VERSION');
const { items } = JSON.parse(readFileSync(file, 'utf8'));

/** Roles for people are written by hand, in src/auth/bootstrap-roles.ts. */
const BY_HAND = /^(admin|edit|view|cluster-admin|system:aggregate-to-.*|system:basic-user|system:discovery)$/;

const rows = items
  .filter(({ metadata }) => !BY_HAND.test(metadata.name))
  .map(({ kind, metadata, rules, roleRef, subjects }) => ({
    kind,
    name: metadata.name,
    ...(metadata.namespace ? { namespace: metadata.namespace } : {}),
    ...(rules ? { rules } : {}),
    ...(roleRef ? { roleRef } : {}),
    ...(subjects ? { subjects } : {}),
  }))
  .map((row) => `  '${JSON.stringify(row).replace(/\\/g, '\\\\').replace(/'/g, "\\'")}',`)
  .sort();
writeFileSync(
  join(import.meta.dirname, '../src/auth/generated/system-roles.ts'),
  `// Generated from the answers of kube-apiserver ${version} (Apache-2.0) by tools/generate-bootstrap-roles.mjs. Do not edit.\n
/** One Role, ClusterRole or binding as JSON text per row. */
// prettier-ignore
export const systemRoleTexts: readonly string[] = [\n${rows.join('\n')}\n];\n`,
);
