/**
 * Writes src/server/generated/protobuf-fields.ts: which field of which message has which number, name and type, read from the struct
 * tags of Kubernetes' Go types (Apache-2.0). Clients of Go send built-in kinds in protobuf.
 *   go mod download k8s.io/api@v0.37.1 k8s.io/apimachinery@v0.37.1
 *   node tools/generate-protobuf-fields.mjs "$(go env GOMODCACHE)/k8s.io" 0.37.1
 */
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const [modules, version] = process.argv.slice(2);
if (!modules || !version) throw new Error('usage: generate-protobuf-fields.mjs FOLDER-OF-k8s.io-MODULES VERSION');

const packages = {
  core: 'core/v1', apps: 'apps/v1', batch: 'batch/v1', rbac: 'rbac/v1', coordination: 'coordination/v1', discovery: 'discovery/v1',
  networking: 'networking/v1', admissionregistration: 'admissionregistration/v1', authentication: 'authentication/v1',
  authorization: 'authorization/v1', autoscaling: 'autoscaling/v1', autoscaling2: 'autoscaling/v2', policy: 'policy/v1', storage: 'storage/v1', scheduling: 'scheduling/v1', events: 'events/v1',
  certificates: 'certificates/v1', flowcontrol: 'flowcontrol/v1', node: 'node/v1',
  resource: 'resource/v1', storagemigration: 'storagemigration/v1',
};
const folders = Object.entries(packages).map(([name, path]) => [name, join(modules, `api@v${version}`, path)]);
folders.push(['meta', join(modules, `apimachinery@v${version}`, 'pkg/apis/meta/v1')]);

/** Top-level kinds by API group; DeleteOptions and the like belong to every group. */
const roots = {
  core: 'Pod PodTemplate Service ServiceAccount ConfigMap Secret Namespace Node Event Endpoints Binding PersistentVolume PersistentVolumeClaim ReplicationController ResourceQuota LimitRange',
  apps: 'Deployment ReplicaSet StatefulSet DaemonSet ControllerRevision',
  batch: 'Job CronJob',
  rbac: 'Role RoleBinding ClusterRole ClusterRoleBinding',
  coordination: 'Lease',
  discovery: 'EndpointSlice',
  networking: 'Ingress IngressClass NetworkPolicy IPAddress ServiceCIDR',
  admissionregistration: 'MutatingWebhookConfiguration ValidatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding',
  certificates: 'CertificateSigningRequest ClusterTrustBundle PodCertificateRequest',
  resource: 'DeviceClass DeviceTaintRule ResourceClaim ResourceClaimTemplate ResourceSlice',
  storagemigration: 'StorageVersionMigration',
  flowcontrol: 'FlowSchema PriorityLevelConfiguration',
  node: 'RuntimeClass',
  authentication: 'TokenReview TokenRequest SelfSubjectReview',
  authorization: 'SubjectAccessReview LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview',
  autoscaling: 'Scale HorizontalPodAutoscaler',
  autoscaling2: 'HorizontalPodAutoscaler',
  policy: 'Eviction PodDisruptionBudget',
  storage: 'StorageClass CSIDriver CSINode CSIStorageCapacity VolumeAttachment VolumeAttributesClass',
  scheduling: 'PriorityClass',
  events: 'Event',
  meta: 'DeleteOptions',
};
const scalars = { string: 's', bool: 'b', int32: 'i', int64: 'i', int: 'i', uint32: 'i', uint64: 'i', float64: 'd', byte: 's' };
const special = { 'meta.Time': 'time', 'meta.MicroTime': 'micro', 'resource.Quantity': 'qty', 'intstr.IntOrString': 'ios', 'runtime.RawExtension': 'raw', 'meta.FieldsV1': 'raw' };
const importNames = { metav1: 'meta', corev1: 'core', apiv1: 'core', v1: 'core', rbacv1: 'rbac', authenticationv1: 'authentication', autoscalingv1: 'autoscaling' };

const structs = new Map();
const aliases = new Map();
for (const [name, folder] of folders) {
  for (const file of (await readdir(folder)).filter((f) => /^types.*\.go$|^(micro_)?time\.go$|^group_version\.go$/.test(f))) readTypes(name, await readFile(join(folder, file), 'utf8'));
}

function readTypes(pack, text) {
  let open;
  for (const line of text.split('\n')) {
    const start = /^type (\w+) struct \{/.exec(line);
    const alias = /^type (\w+) (?!struct|interface)(\S+)/.exec(line);
    if (start) structs.set(`${pack}.${start[1]}`, (open = []));
    else if (line === '}') open = undefined;
    else if (alias) aliases.set(`${pack}.${alias[1]}`, alias[2]);
    else if (open) addField(pack, open, line);
  }
}

function addField(pack, fields, line) {
  const tag = /^\s*([^`/]+?)\s*`(.*)`/.exec(line);
  const protobuf = tag && /protobuf:"\w+,(\d+),/.exec(tag[2]);
  if (!protobuf) return;
  const [json = '', ...options] = (/json:"([^"]*)"/.exec(tag[2])?.[1] ?? '').split(',');
  fields.push({ number: protobuf[1], json: options.includes('inline') ? '' : json, type: tag[1].split(/\s+/).at(-1), pack });
}

/** The letter code of a Go type; see the comment of the generated file. */
function codeOf(type, pack, queue) {
  if (type.startsWith('*')) return `?${codeOf(type.slice(1), pack, queue)}`;
  if (type === '[]byte') return 'y';
  if (type.startsWith('[]')) return `*${codeOf(type.slice(2), pack, queue)}`;
  const map = /^map\[[^\]]+\](.+)$/.exec(type);
  if (map) return `%${codeOf(map[1], pack, queue)}`;
  if (scalars[type]) return scalars[type];
  const [prefix, bare] = type.includes('.') ? type.split('.') : [undefined, type];
  if (prefix === 'types') return 's';
  const full = prefix === undefined ? `${pack}.${bare}` : `${importNames[prefix] ?? prefix}.${bare}`;
  if (special[full]) return special[full];
  const alias = aliases.get(full);
  // A named list is a message of its own, `items` = 1; a named map is none.
  if (alias === '[]string') return 'w';
  if (alias) return codeOf(alias, full.split('.')[0], queue);
  // Alpha groups are not served: what they add to a kind is unknown here, and skipped like any unknown field.
  if (prefix?.includes('alpha')) return undefined;
  if (!structs.has(full)) throw new Error(`unknown type ${type} in ${pack}`);
  queue.push(full);
  return full;
}

const queue = Object.entries(roots).flatMap(([pack, names]) => names.split(' ').map((name) => `${pack}.${name}`));
const done = new Map();
while (queue.length > 0) {
  const name = queue.shift();
  if (done.has(name)) continue;
  done.set(name, '');
  if (!structs.has(name)) throw new Error(`no type ${name}`);
  done.set(name, structs.get(name).map(({ number, json, type, pack }) => `${number} ${json} ${codeOf(type, pack, queue)}`).filter((field) => !field.endsWith('undefined')).join(';'));
}

const body = [...done].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, fields]) => `  '${name}': '${fields}',`);
await writeFile(
  'src/server/generated/protobuf-fields.ts',
  `// Generated from k8s.io/api and k8s.io/apimachinery v${version} (Apache-2.0) by tools/generate-protobuf-fields.mjs. Do not edit.

/**
 * Message to its fields, \`number json-name type\`, separated by semicolons. An empty name is an inlined struct. Types: s string, b bool,
 * i integer, d double, y bytes, time, micro, qty (quantity), ios (int or string), raw (JSON in bytes), w (list of strings in a message), else
 * a message. Before them: ? pointer (zero counts), * list, % map with string keys.
 */
// prettier-ignore
export const protobufFields: Readonly<Record<string, string>> = {
${body.join('\n')}
};
`,
);
