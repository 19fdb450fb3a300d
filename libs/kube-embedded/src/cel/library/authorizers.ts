import { declare, type Overload, text } from '../signatures.js';
import { Addressed, type Value, noOverload } from '../values.js';

/** What a rule asks about: the user of the request unless it names a service account. */
export interface AccessQuestion {
  serviceAccount?: { namespace: string; name: string };
  path?: string;
  group?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
}
export type AskAccess = (question: AccessQuestion, verb: string) => { allowed: boolean; reason: string };

interface Asking {
  ask: AskAccess;
  question: AccessQuestion;
}
interface Decision {
  allowed: boolean;
  reason: string;
}

const AUTHORIZER = 'kubernetes.authorization.Authorizer';

export function authorizerValue(ask: AskAccess, question: AccessQuestion = {}, type = AUTHORIZER): Addressed {
  const data: Asking = { ask, question };
  return new Addressed(type, JSON.stringify(question), data);
}

const isAsking = (data: unknown): data is Asking => typeof data === 'object' && data !== null && 'ask' in data;
const isDecision = (data: unknown): data is Decision => typeof data === 'object' && data !== null && 'allowed' in data;

function asking(value: Value | undefined): Asking {
  if (value instanceof Addressed && isAsking(value.data)) return value.data;
  throw noOverload();
}
function decision(value: Value | undefined): Decision {
  if (value instanceof Addressed && isDecision(value.data)) return value.data;
  throw noOverload();
}

const further = (type: string, more: (given: string, value: Value | undefined) => AccessQuestion) => ([from, given, other]: Value[]): Value => {
  const { ask, question } = asking(from);
  return authorizerValue(ask, { ...question, ...more(text(given), other) }, `kubernetes.authorization.${type}`);
};

function check([from, verb]: Value[]): Value {
  const { ask, question } = asking(from);
  const answer = ask(question, text(verb));
  return new Addressed('kubernetes.authorization.Decision', String(answer.allowed), answer);
}

export const authorizers: Overload[] = [
  declare('Authorizer.path(string): PathCheck', further('PathCheck', (path) => ({ path }))),
  declare('Authorizer.group(string): GroupCheck', further('GroupCheck', (group) => ({ group }))),
  declare(
    'Authorizer.serviceAccount(string, string): Authorizer',
    further('Authorizer', (namespace, name) => ({ serviceAccount: { namespace, name: text(name) } })),
  ),
  declare('GroupCheck.resource(string): ResourceCheck', further('ResourceCheck', (resource) => ({ resource }))),
  declare('ResourceCheck.subresource(string): ResourceCheck', further('ResourceCheck', (subresource) => ({ subresource }))),
  declare('ResourceCheck.namespace(string): ResourceCheck', further('ResourceCheck', (namespace) => ({ namespace }))),
  declare('ResourceCheck.name(string): ResourceCheck', further('ResourceCheck', (name) => ({ name }))),
  declare('ResourceCheck.check(string): Decision', check),
  declare('PathCheck.check(string): Decision', check),
  declare('Decision.allowed(): bool', ([value]) => decision(value).allowed),
  declare('Decision.reason(): string', ([value]) => decision(value).reason),
  // RBAC is read from memory: there is no answer that fails.
  declare('Decision.errored(): bool', () => false),
  declare('Decision.error(): string', () => ''),
];
