import type { BackendReference } from '@tidegate/mesh-contract';
import type { BackendRefModel } from './rule-model.js';

export function readBackendRef(ref: BackendReference): BackendRefModel {
  return { group: ref.group ?? '', kind: ref.kind ?? 'Service', name: ref.name, namespace: ref.namespace, port: ref.port };
}
