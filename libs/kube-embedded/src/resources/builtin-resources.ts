import { admissionKinds } from './builtin/admission-kinds.js';
import { coreKinds } from './builtin/core-kinds.js';
import { dataKinds } from './builtin/data-kinds.js';
import { deviceKinds } from './builtin/device-kinds.js';
import { networkKinds } from './builtin/network-kinds.js';
import { platformKinds } from './builtin/platform-kinds.js';
import { workloadKinds } from './builtin/workload-kinds.js';
import { defineBuiltin } from './builtin-kind.js';
import type { ResourceDefinition } from './resource-definition.js';

/** Definitions of all built-in kinds, in discovery's order: core first. Each call makes new ones around shared schemas. */
export function builtinResources(): ResourceDefinition[] {
  return [...coreKinds, ...workloadKinds, ...networkKinds, ...platformKinds, ...admissionKinds, ...dataKinds, ...deviceKinds].map(defineBuiltin);
}
