import { type Compilation, type Compiled, compileCel } from '../cel/compile.js';
import type { Declarations } from '../cel/check.js';
import { Budget } from '../cel/evaluate.js';
import { type AskAccess, authorizerValue } from '../cel/library/authorizers.js';
import { valueOfJson } from '../cel/schema-values.js';
import { type CelType, dyn, scalar } from '../cel/types.js';
import { CelError, type Key, MapValue, type Value } from '../cel/values.js';
import type { JsonObject } from '@tidegate/kube/json';
import type { AdmissionAttributes } from '../webhooks/webhook-rules.js';

export interface Named {
  name: string;
  expression: string;
}

const opaque = (name: string): CelType => ({ kind: 'opaque', name: `kubernetes.authorization.${name}` });

const BASE: readonly [string, CelType][] = [
  ['object', dyn],
  ['oldObject', dyn],
  ['request', dyn],
  ['authorizer', opaque('Authorizer')],
  ['authorizer.requestResource', opaque('ResourceCheck')],
];

/** Names in matchConditions of webhooks. */
export const webhookNames: Declarations = new Map(BASE);

/** Names in conditions of a policy: of webhooks, and the namespace and parameters. */
export function conditionNames(hasParams: boolean): Declarations {
  return new Map([...BASE, ['namespaceObject', dyn], ...(hasParams ? ([['params', dyn]] as const) : [])]);
}

/** Names in a policy's expressions, with those of its variables that are declared before. */
export function policyNames(hasParams: boolean, variables: ReadonlyMap<string, CelType>): Declarations {
  const type: CelType = { kind: 'object', name: 'kubernetes.variables', field: (name) => variables.get(name) };
  // Without variables the name itself is unknown.
  return new Map([...conditionNames(hasParams), ...(variables.size > 0 ? ([['variables', type]] as const) : [])]);
}

export interface CompiledVariables {
  types: ReadonlyMap<string, CelType>;
  compiled: ReadonlyMap<string, Compilation>;
}

/** Each variable sees those before it. */
export function compileVariables(variables: readonly Named[], hasParams: boolean): CompiledVariables {
  const types = new Map<string, CelType>();
  const compiled = new Map<string, Compilation>();
  for (const { name, expression } of variables) {
    const made = compileCel(expression, policyNames(hasParams, new Map(types)));
    compiled.set(name, made);
    types.set(name, made.ok ? made.compiled.checked.type : dyn);
  }
  return { types, compiled };
}

/** Compiled conditions and expressions. Bounded: the oldest goes when full. */
const cache = new WeakMap<Declarations, Map<string, Compilation>>();
const MOST_CACHED = 500;

export function compiledCondition(expression: string, names: Declarations): Compilation {
  const known = cache.get(names) ?? new Map<string, Compilation>();
  cache.set(names, known);
  const found = known.get(expression);
  if (found) return found;
  const made = compileCel(expression, names, scalar('bool'));
  if (known.size >= MOST_CACHED) known.delete(known.keys().next().value ?? '');
  known.set(expression, made);
  return made;
}

export interface Surroundings {
  attributes: AdmissionAttributes;
  ask: AskAccess;
  namespaceObject?: JsonObject | undefined;
  params?: JsonObject | null | undefined;
  variables?: CompiledVariables;
}

/** Variables are evaluated when they are first read, once for a request. */
class VariableView extends MapValue {
  private readonly made = new Map<string, { value?: Value; error?: CelError }>();

  constructor(
    private readonly variables: CompiledVariables,
    private readonly names: (name: string) => Value | undefined,
    private readonly budget: Budget,
  ) {
    super();
  }
  get(key: Key): Value | undefined {
    const name = String(key);
    const compilation = this.variables.compiled.get(name);
    if (!compilation) return undefined;
    const known = this.made.get(name) ?? this.evaluated(name, compilation);
    this.made.set(name, known);
    if (known.error) throw known.error;
    return known.value;
  }
  keys(): Key[] {
    return [...this.variables.compiled.keys()];
  }
  get size(): number {
    return this.variables.compiled.size;
  }
  private evaluated(name: string, compilation: Compilation): { value?: Value; error?: CelError } {
    if (!compilation.ok) return { error: new CelError(`composited variable "${name}" fails to compile: ${compilation.problem}`) };
    try {
      return { value: compilation.compiled.run(this.names, this.budget) };
    } catch (error) {
      if (error instanceof CelError) return { error: new CelError(`composited variable "${name}" fails to evaluate: ${error.message}`) };
      throw error;
    }
  }
}

/** k8s.io/apiserver: RuntimeCELCostBudget of a policy. */
const POLICY_BUDGET = 10_000_000;

/** One evaluation of a policy's expressions: values of their names, and what they may cost together. */
export class Evaluation {
  private readonly budget = new Budget(POLICY_BUDGET);
  private readonly names: (name: string) => Value | undefined;

  constructor(surroundings: Surroundings) {
    const made = new Map<string, Value>();
    this.names = (name) => {
      const known = made.get(name);
      if (known !== undefined) return known;
      const value = this.valueOf(name, surroundings);
      if (value !== undefined) made.set(name, value);
      return value;
    };
  }

  /** Throws CelError and CostExceeded. */
  run(compiled: Compiled): Value {
    return compiled.run(this.names, this.budget);
  }

  private valueOf(name: string, { attributes, ask, namespaceObject, params, variables }: Surroundings): Value | undefined {
    switch (name) {
      case 'object':
        return attributes.object ? valueOfJson(asJson(attributes.object)) : null;
      case 'oldObject':
        return attributes.oldObject ? valueOfJson(asJson(attributes.oldObject)) : null;
      case 'request':
        return valueOfJson(requestOf(attributes));
      case 'namespaceObject':
        return namespaceObject ? valueOfJson(namespaceObject) : null;
      case 'params':
        return params ? valueOfJson(params) : null;
      case 'variables':
        return variables && new VariableView(variables, this.names, this.budget);
      case 'authorizer':
        return authorizerValue(ask);
      case 'authorizer.requestResource':
        return requestResource(attributes, ask);
      default:
        return undefined;
    }
  }
}

function asJson(object: Record<string, unknown>): JsonObject {
  // What admission sees was decoded from JSON.
  return object as JsonObject;
}

function requestResource({ resource, subresource, namespace, name }: AdmissionAttributes, ask: AskAccess): Value {
  const question = { group: resource.group, resource: resource.resource, ...(subresource ? { subresource } : {}), ...(namespace ? { namespace } : {}), name };
  return authorizerValue(ask, question, 'kubernetes.authorization.ResourceCheck');
}

function requestOf(a: AdmissionAttributes): JsonObject {
  const { user } = a;
  return {
    kind: { ...a.kind },
    resource: { ...a.resource },
    subResource: a.subresource ?? '',
    requestKind: { ...a.kind },
    requestResource: { ...a.resource },
    requestSubResource: a.subresource ?? '',
    name: a.name,
    namespace: a.namespace ?? '',
    operation: a.operation,
    dryRun: a.dryRun,
    userInfo: {
      username: user.username,
      uid: user.uid ?? '',
      groups: [...user.groups],
      extra: Object.fromEntries(Object.entries(user.extra ?? {}).map(([key, values]) => [key, [...values]])),
    },
    ...(a.options ? { options: asJson(a.options) } : {}),
  };
}
