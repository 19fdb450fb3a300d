import { selectorMatches as matches } from '@tidegate/kube';

/** Where a webhook listens, as its configuration says. */
export interface WebhookClient {
  url?: string;
  service?: { namespace: string; name: string; path?: string; port?: number };
  caBundle?: string;
}

/** One entry of a Mutating- or ValidatingWebhookConfiguration, with the defaults that the API server sets. */
export interface Webhook {
  name: string;
  clientConfig: WebhookClient;
  rules?: { operations?: string[]; apiGroups?: string[]; apiVersions?: string[]; resources?: string[]; scope?: string }[];
  failurePolicy?: string;
  matchPolicy?: string;
  namespaceSelector?: Selector;
  objectSelector?: Selector;
  sideEffects?: string;
  timeoutSeconds?: number;
  reinvocationPolicy?: string;
  matchConditions?: { name: string; expression: string }[];
}

export interface Selector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

/** What is about to be written, as admission sees it. */
export interface AdmissionAttributes {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  kind: { group: string; version: string; kind: string };
  resource: { group: string; version: string; resource: string };
  subresource?: string;
  namespaced: boolean;
  namespace?: string;
  name: string;
  object?: Record<string, unknown>;
  oldObject?: Record<string, unknown>;
  options?: Record<string, unknown>;
  dryRun: boolean;
  user: { username: string; groups: readonly string[]; uid?: string; extra?: Record<string, readonly string[]> };
}

export type Labels = Readonly<Record<string, string>>;

/** Kubernetes' label selector; an empty or absent one selects everything. */
export function selectorMatches(selector: Selector | undefined, labels: Labels): boolean {
  return selector === undefined || matches(selector, labels);
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list?.some((item) => item === '*' || item === value) ?? false;
}

/** `pods`, `pods/*`, `pods/status`, `*`, and the form of a star on both sides of the slash. */
function resourceIn(list: readonly string[] | undefined, resource: string, subresource: string | undefined): boolean {
  return (
    list?.some((item) => {
      const [wanted, wantedSub] = item.split('/');
      if (wanted !== '*' && wanted !== resource) return false;
      return wantedSub === undefined ? subresource === undefined : wantedSub === '*' || wantedSub === subresource;
    }) ?? false
  );
}

export function rulesMatch(rules: Webhook['rules'], a: AdmissionAttributes): boolean {
  return (rules ?? []).some((rule) => {
    const scope = rule.scope ?? '*';
    if (scope !== '*' && (scope === 'Namespaced') !== a.namespaced) return false;
    if (!has(rule.operations, a.operation) || !has(rule.apiGroups, a.resource.group)) return false;
    return has(rule.apiVersions, a.resource.version) && resourceIn(rule.resources, a.resource.resource, a.subresource);
  });
}

export function labelsOf(object: Record<string, unknown> | undefined): Labels | undefined {
  const metadata = object?.['metadata'];
  if (typeof metadata !== 'object' || metadata === null) return undefined;
  const labels = (metadata as { labels?: Labels }).labels;
  return labels ?? {};
}

/** Whether the webhook is to be called. `namespaceLabels` are those of the object's namespace (of itself for a Namespace). */
export function webhookConcerns(webhook: Webhook, a: AdmissionAttributes, namespaceLabels: Labels | undefined): boolean {
  if (!rulesMatch(webhook.rules, a)) return false;
  if (namespaceLabels !== undefined && !selectorMatches(webhook.namespaceSelector, namespaceLabels)) return false;
  const candidates = [labelsOf(a.object), labelsOf(a.oldObject)].filter((l) => l !== undefined);
  return candidates.length === 0
    ? selectorMatches(webhook.objectSelector, {})
    : candidates.some((labels) => selectorMatches(webhook.objectSelector, labels));
}
