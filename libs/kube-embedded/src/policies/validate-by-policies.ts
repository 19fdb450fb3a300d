import { compileCel, type Compiled } from '../cel/compile.js';
import { scalar } from '../cel/types.js';
import { CelError, CostExceeded } from '../cel/values.js';
import type { AskAccess } from '../cel/library/authorizers.js';
import type { JsonObject } from '@tidegate/kube/json';
import { type MatchResources, resourcesMatch } from '../webhooks/match-resources.js';
import type { AdmissionAttributes, Labels, Selector } from '../webhooks/webhook-rules.js';
import type { MutatingPolicy } from './mutate-by-policies.js';
import { conditionsMet } from './conditions.js';
import { type CompiledVariables, compileVariables, conditionNames, Evaluation, type Named, policyNames } from './environment.js';

export interface Validation {
  expression: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
}

export interface Policy {
  metadata: { name: string; resourceVersion?: string };
  spec: {
    paramKind?: { apiVersion?: string; kind?: string };
    matchConstraints?: MatchResources;
    validations?: Validation[];
    auditAnnotations?: { key: string; valueExpression: string }[];
    matchConditions?: Named[];
    variables?: Named[];
    failurePolicy?: string;
  };
}

export interface ParamRef {
  name?: string;
  namespace?: string;
  selector?: Selector;
  parameterNotFoundAction?: string;
}

export interface Binding {
  metadata: { name: string };
  spec: { policyName: string; paramRef?: ParamRef; matchResources?: MatchResources; validationActions?: string[] };
}

/** What policies read of the cluster. */
export interface PolicyCluster {
  policies(): readonly Policy[];
  bindings(): readonly Binding[];
  mutatingPolicies(): readonly MutatingPolicy[];
  mutatingBindings(): readonly Binding[];
  namespaceLabels(a: AdmissionAttributes): Labels | undefined;
  namespaceObject(name: string): JsonObject | undefined;
  /** Objects that a binding's reference names; a sentence when the kind is not there. */
  params(kind: { apiVersion?: string; kind?: string }, ref: ParamRef, namespace: string | undefined): JsonObject[] | { problem: string };
  ask: AskAccess;
}

export interface PolicyVerdict {
  /** The first decision that denies. */
  denial: { reason: string; message: string } | undefined;
  warnings: string[];
}

interface Decision {
  message: string;
  reason: string | undefined;
}

interface CompiledPolicy {
  variables: CompiledVariables;
  validations: { validation: Validation; check: Compiled | { problem: string }; message: Compiled | undefined }[];
}

/** Compiled policies by their object, which the store replaces with every change. */
const compiledPolicies = new WeakMap<Policy, CompiledPolicy>();

function compiledOf(policy: Policy): CompiledPolicy {
  const known = compiledPolicies.get(policy);
  if (known) return known;
  const hasParams = policy.spec.paramKind !== undefined;
  const variables = compileVariables(policy.spec.variables ?? [], hasParams);
  const names = policyNames(hasParams, variables.types);
  const validations = (policy.spec.validations ?? []).map((validation) => {
    const check = compileCel(validation.expression, names, scalar('bool'));
    const message = validation.messageExpression ? compileCel(validation.messageExpression, names, scalar('string')) : undefined;
    return { validation, check: check.ok ? check.compiled : { problem: check.problem }, message: message?.ok ? message.compiled : undefined };
  });
  const made = { variables, validations };
  compiledPolicies.set(policy, made);
  return made;
}

/** Asks every policy by each of its bindings (k8s.io/apiserver/pkg/admission/plugin/policy/validating). */
export function validateByPolicies(a: AdmissionAttributes, cluster: PolicyCluster): PolicyVerdict {
  const verdict: PolicyVerdict = { denial: undefined, warnings: [] };
  if (a.resource.group === 'admissionregistration.k8s.io') return verdict;
  const bindings = cluster.bindings();
  for (const policy of bindings.length === 0 ? [] : cluster.policies()) {
    const labels = cluster.namespaceLabels(a);
    if (!resourcesMatch(policy.spec.matchConstraints, a, labels)) continue;
    for (const binding of bindings) {
      if (binding.spec.policyName !== policy.metadata.name || !resourcesMatch(binding.spec.matchResources, a, labels)) continue;
      for (const decision of decisionsOf(policy, binding, a, cluster)) enforce(decision, policy, binding, verdict);
    }
  }
  return verdict;
}

function enforce({ message, reason }: Decision, policy: Policy, binding: Binding, verdict: PolicyVerdict): void {
  const which = `'${policy.metadata.name}' with binding '${binding.metadata.name}'`;
  for (const action of binding.spec.validationActions ?? []) {
    if (action === 'Warn') verdict.warnings.push(`Validation failed for ValidatingAdmissionPolicy ${which}: ${message}`);
    else if (action === 'Deny')
      verdict.denial ??= { reason: reason ?? 'Invalid', message: `ValidatingAdmissionPolicy ${which} denied request: ${message}` };
  }
}

/** Everything that does not hold, for each object of parameters. */
function decisionsOf(policy: Policy, binding: Binding, a: AdmissionAttributes, cluster: PolicyCluster): Decision[] {
  const { paramKind } = policy.spec;
  const ignores = policy.spec.failurePolicy === 'Ignore';
  const unconfigured = (problem: string): Decision[] =>
    ignores ? [] : [{ message: `failed to configure binding: ${problem}`, reason: undefined }];
  const params = paramsOfBinding(paramKind, binding, a.namespace, cluster);
  if ('problem' in params) return unconfigured(params.problem);
  return params.found.flatMap((param) => decisionsFor(policy, a, cluster, param));
}

/** Objects that a binding gives its policy; one that is none for a policy without parameters. */
export function paramsOfBinding(
  paramKind: Policy['spec']['paramKind'],
  { spec: { paramRef } }: Binding,
  namespace: string | undefined,
  cluster: PolicyCluster,
): { found: (JsonObject | undefined)[] } | { problem: string } {
  if (!paramKind || !paramRef) return { found: [undefined] };
  const found = cluster.params(paramKind, paramRef, namespace);
  if ('problem' in found) return found;
  if (found.length === 0 && paramRef.parameterNotFoundAction !== 'Allow')
    return { problem: 'no params found for policy binding with `Deny` parameterNotFoundAction' };
  return { found };
}

function decisionsFor(policy: Policy, a: AdmissionAttributes, cluster: PolicyCluster, params: JsonObject | undefined): Decision[] {
  const { spec } = policy;
  const { variables, validations } = compiledOf(policy);
  const ignores = spec.failurePolicy === 'Ignore';
  const namespaceObject = a.namespace === undefined ? undefined : cluster.namespaceObject(a.namespace);
  const evaluation = new Evaluation({ attributes: a, ask: cluster.ask, namespaceObject, params: params ?? null, variables });
  const conditions = conditionsMet(spec.matchConditions ?? [], conditionNames(spec.paramKind !== undefined), evaluation);
  if (conditions.problem !== undefined) return ignores ? [] : [{ message: conditions.problem, reason: undefined }];
  if (!conditions.met) return [];
  return validations.flatMap(({ validation, check, message }): Decision[] => {
    if ('problem' in check) return ignores ? [] : [{ message: `compilation error: ${check.problem}`, reason: undefined }];
    try {
      if (evaluation.run(check) === true) return [];
    } catch (error) {
      if (!(error instanceof CelError || error instanceof CostExceeded)) throw error;
      return ignores ? [] : [{ message: `expression '${validation.expression.trim()}' resulted in error: ${error.message}`, reason: undefined }];
    }
    return [{ message: messageOf(validation, message, evaluation), reason: validation.reason }];
  });
}

const LONGEST_MESSAGE = 5 * 1024;

function messageOf(validation: Validation, message: Compiled | undefined, evaluation: Evaluation): string {
  const fallback = validation.message?.trim() || `failed expression: ${validation.expression.trim()}`;
  if (!message) return fallback;
  try {
    const text = evaluation.run(message);
    return typeof text === 'string' && text.trim() !== '' && !text.includes('\n') && text.length <= LONGEST_MESSAGE ? text.trim() : fallback;
  } catch (error) {
    if (error instanceof CelError || error instanceof CostExceeded) return fallback;
    throw error;
  }
}
