import { compileCel, type Compiled } from '../cel/compile.js';
import { jsonOfValue } from '../cel/schema-values.js';
import { CelError, CostExceeded, ListValue } from '../cel/values.js';
import { applyJsonPatch } from '../patch/json-patch.js';
import { mergeApplied } from '../patch/typed-merge.js';
import type { Schema } from '../resources/resource-definition.js';
import { isJsonObject, type JsonObject, jsonOf } from '@tidegate/kube/json';
import { resourcesMatch } from '../webhooks/match-resources.js';
import type { AdmissionAttributes } from '../webhooks/webhook-rules.js';
import { conditionsMet } from './conditions.js';
import { type CompiledVariables, compileVariables, conditionNames, Evaluation, policyNames } from './environment.js';
import { type Binding, paramsOfBinding, type Policy, type PolicyCluster } from './validate-by-policies.js';

export interface MutatingPolicy extends Omit<Policy, 'spec'> {
  spec: Omit<Policy['spec'], 'validations' | 'auditAnnotations'> & {
    mutations?: { patchType: string; applyConfiguration?: { expression?: string }; jsonPatch?: { expression?: string } }[];
    reinvocationPolicy?: string;
  };
}

interface CompiledMutations {
  variables: CompiledVariables;
  mutations: { type: string; change: Compiled | { problem: string } }[];
}

const compiledPolicies = new WeakMap<MutatingPolicy, CompiledMutations>();

function compiledOf(policy: MutatingPolicy): CompiledMutations {
  const known = compiledPolicies.get(policy);
  if (known) return known;
  const hasParams = policy.spec.paramKind !== undefined;
  const variables = compileVariables(policy.spec.variables ?? [], hasParams);
  const names = policyNames(hasParams, variables.types);
  const mutations = (policy.spec.mutations ?? []).map(({ patchType, applyConfiguration, jsonPatch }) => {
    const made = compileCel((patchType === 'JSONPatch' ? jsonPatch : applyConfiguration)?.expression ?? '', names);
    return { type: patchType, change: made.ok ? made.compiled : { problem: made.problem } };
  });
  const made = { variables, mutations };
  compiledPolicies.set(policy, made);
  return made;
}

export type Mutated = { object: JsonObject } | { problem: string };

/** Lets every policy change the object by each of its bindings, one after the other (admission/plugin/policy/mutating). */
export function mutateByPolicies(a: AdmissionAttributes, schema: Schema, cluster: PolicyCluster): Mutated | undefined {
  if (a.resource.group === 'admissionregistration.k8s.io' || !a.object) return undefined;
  const bindings = cluster.mutatingBindings();
  let object = jsonOf(a.object);
  let changed = false;
  for (const policy of bindings.length === 0 ? [] : cluster.mutatingPolicies()) {
    const now = { ...a, object };
    const labels = cluster.namespaceLabels(now);
    if (!resourcesMatch(policy.spec.matchConstraints, now, labels)) continue;
    for (const binding of bindings) {
      if (binding.spec.policyName !== policy.metadata.name || !resourcesMatch(binding.spec.matchResources, now, labels)) continue;
      const outcome = mutatedBy(policy, binding, { ...a, object }, schema, cluster);
      if ('problem' in outcome) {
        if (policy.spec.failurePolicy === 'Ignore') continue;
        return { problem: `policy '${policy.metadata.name}' with binding '${binding.metadata.name}' denied request: ${outcome.problem}` };
      }
      object = outcome.object;
      changed = true;
    }
  }
  return changed ? { object } : undefined;
}

function mutatedBy(policy: MutatingPolicy, binding: Binding, a: AdmissionAttributes, schema: Schema, cluster: PolicyCluster): Mutated {
  const params = paramsOfBinding(policy.spec.paramKind, binding, a.namespace, cluster);
  if ('problem' in params) return { problem: `failed to configure binding: ${params.problem}` };
  const { variables, mutations } = compiledOf(policy);
  let object = jsonOf(a.object ?? {});
  for (const param of params.found) {
    const namespaceObject = a.namespace === undefined ? undefined : cluster.namespaceObject(a.namespace);
    const evaluationOf = (): Evaluation =>
      new Evaluation({ attributes: { ...a, object }, ask: cluster.ask, namespaceObject, params: param ?? null, variables });
    const conditions = conditionsMet(policy.spec.matchConditions ?? [], conditionNames(policy.spec.paramKind !== undefined), evaluationOf());
    if (conditions.problem !== undefined) return { problem: conditions.problem };
    if (!conditions.met) continue;
    for (const { type, change } of mutations) {
      if ('problem' in change) return { problem: `compilation error: ${change.problem}` };
      const outcome = changedBy(type, change, evaluationOf(), object, schema);
      if ('problem' in outcome) return outcome;
      object = outcome.object;
    }
  }
  return { object };
}

function changedBy(type: string, change: Compiled, evaluation: Evaluation, object: JsonObject, schema: Schema): Mutated {
  try {
    const value = evaluation.run(change);
    if (type === 'JSONPatch') {
      if (!(value instanceof ListValue)) return { problem: 'JSONPatch expression did not evaluate to a list of patches' };
      const patched = applyJsonPatch(object, jsonOfValue(value));
      return { object: jsonOf(patched) };
    }
    const applied = jsonOfValue(value);
    if (!isJsonObject(applied)) return { problem: 'ApplyConfiguration expression did not evaluate to an object' };
    const merged = mergeApplied(object, applied, schema);
    return isJsonObject(merged) ? { object: merged } : { problem: 'error applying patch' };
  } catch (error) {
    if (error instanceof CelError || error instanceof CostExceeded)
      return { problem: `expression '${change.text}' resulted in error: ${error.message}` };
    return { problem: `error applying JSON Patch: ${(error as Error).message}` };
  }
}
