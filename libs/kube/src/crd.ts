import { TidegateError } from '@tidegate/kernel';
import type { z } from 'zod';
import { codes } from './kube-api-error.js';
import type { Kind, KubeObject } from './kind.js';
import type { CustomResourceDefinition } from './kinds.js';
import { structuralSchema, type StructuralSchema } from './structural-schema.js';

export interface PrinterColumn {
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** `.status.phase`, as kubectl's JSONPath. */
  jsonPath: string;
  description?: string;
  /** 0 is always shown; above it only with `-o wide`. */
  priority?: number;
}

export interface CelRule {
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
}

export interface CrdOptions<T extends KubeObject> {
  kind: Kind<T>;
  /** Must agree with the kind. */
  scope?: 'Namespaced' | 'Cluster';
  description?: string;
  shortNames?: string[];
  categories?: string[];
  /** The schema of `spec`. */
  schema: z.ZodType;
  /** The schema of `status`; with it the kind gets a status subresource. */
  statusSchema?: z.ZodType;
  columns?: PrinterColumn[];
  /** With it the kind gets a scale subresource. */
  scale?: { specReplicasPath: string; statusReplicasPath: string; labelSelectorPath?: string };
  /** CEL rules over the whole object; those of fields belong into `.meta({ 'x-kubernetes-validations': [...] })`. */
  validations?: CelRule[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

/**
 * The CustomResourceDefinition of a kind whose spec and status are given in zod: the same definition that types and admission use.
 * Deterministic: equal input gives equal text. Throws KUBE_SCHEMA_UNSTRUCTURED.
 */
export function crdFor<T extends KubeObject>(options: CrdOptions<T>): CustomResourceDefinition {
  const { kind, scale } = options;
  const scope = kind.namespaced ? 'Namespaced' : 'Cluster';
  if (options.scope !== undefined && options.scope !== scope) {
    throw new TidegateError(codes.KUBE_SCHEMA_UNSTRUCTURED, `${kind.kind} is ${scope}, and its definition says ${options.scope}.`);
  }
  const subresources: Record<string, unknown> = {};
  if (options.statusSchema) subresources['status'] = {};
  if (scale) subresources['scale'] = scale;
  const names: Record<string, unknown> = {
    kind: kind.kind,
    listKind: `${kind.kind}List`,
    plural: kind.plural,
    singular: kind.kind.toLowerCase(),
  };
  if (options.shortNames) names['shortNames'] = options.shortNames;
  if (options.categories) names['categories'] = options.categories;
  const version: Record<string, unknown> = {
    name: kind.version,
    served: true,
    storage: true,
    schema: { openAPIV3Schema: rootSchema(options) },
  };
  if (Object.keys(subresources).length > 0) version['subresources'] = subresources;
  if (options.columns?.length) version['additionalPrinterColumns'] = options.columns;
  const metadata: Record<string, unknown> = { name: `${kind.plural}.${kind.group}` };
  if (options.labels) metadata['labels'] = options.labels;
  if (options.annotations) metadata['annotations'] = options.annotations;
  // Through JSON, so that keywords set to undefined are really absent.
  return JSON.parse(
    JSON.stringify({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata,
      spec: { group: kind.group, scope, names, versions: [version] },
    }),
  ) as CustomResourceDefinition;
}

function rootSchema<T extends KubeObject>(options: CrdOptions<T>): StructuralSchema {
  const properties: Record<string, StructuralSchema> = {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: structuralSchema(options.schema),
  };
  if (options.statusSchema) properties['status'] = structuralSchema(options.statusSchema);
  const root: StructuralSchema = { type: 'object', properties, required: ['spec'] };
  if (options.description) root.description = options.description;
  if (options.validations?.length) root['x-kubernetes-validations'] = options.validations;
  return root;
}
