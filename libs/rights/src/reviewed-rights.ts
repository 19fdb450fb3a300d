import type { Attributes, Caller, Right, Rights } from '@tidegate/access';
import { BoundedMap, type Logger, causeChain } from '@tidegate/kernel';
import { type InformerSet, type KubeClient, defineKind, kinds } from '@tidegate/kube';

interface SubjectAccessReview {
  apiVersion?: string;
  kind?: string;
  metadata?: object;
  spec: { user: string; groups: string[]; resourceAttributes: Record<string, string> };
  status?: { allowed: boolean; reason?: string };
}

const reviews = defineKind<SubjectAccessReview>({ group: 'authorization.k8s.io', version: 'v1', kind: 'SubjectAccessReview', plural: 'subjectaccessreviews', namespaced: false });

/** Answers that are kept; the least used goes first. */
const REMEMBERED = 50_000;
/** Answers may also come from authorizers whose changes nobody sees (webhooks): none is believed longer. */
const BELIEVED_MS = 60_000;
/** A burst of changes (a new project has several bindings) is told once. */
const SETTLE_MS = 100;

type Who = Pick<Caller, 'user' | 'groups'>;

/**
 * The rights of callers, asked of the Kubernetes API (SubjectAccessReview) and kept while RBAC has not changed. Questions at the same time are asked once.
 * The own identity needs `create subjectaccessreviews` and to read RBAC's four kinds.
 */
export class ReviewedRights implements Rights {
  private readonly known = new BoundedMap<string, { until: number; right: Promise<Right> }>(REMEMBERED);
  private readonly listeners = new Set<() => void>();
  private settling: NodeJS.Timeout | undefined;
  private readonly ends: (() => void)[];
  private counts = { asked: 0, remembered: 0 };

  constructor(
    private readonly own: KubeClient,
    informers: InformerSet,
    private readonly context: { now: () => number; log: Logger },
  ) {
    const changed = (): void => this.changed();
    this.ends = [
      informers.informer(kinds.roles).onChange(changed),
      informers.informer(kinds.roleBindings).onChange(changed),
      informers.informer(kinds.clusterRoles).onChange(changed),
      informers.informer(kinds.clusterRoleBindings).onChange(changed),
    ];
  }

  /** How many questions were asked of the API, and how many were answered from memory. */
  get statistics(): { asked: number; remembered: number } {
    return { ...this.counts };
  }

  may(who: Who, attributes: Attributes): Promise<Right> {
    const key = JSON.stringify([who.user, ...[...who.groups].sort(), 0, ...Object.values(asked(attributes))]);
    const known = this.known.get(key);
    const now = this.context.now();
    if (known && known.until > now) {
      this.counts.remembered += 1;
      return known.right;
    }
    this.counts.asked += 1;
    const right = this.ask(who, attributes);
    this.known.set(key, { until: now + BELIEVED_MS, right });
    // A failure is nobody's answer.
    right.catch(() => this.known.get(key)?.right === right && this.known.delete(key));
    return right;
  }

  /** Of these namespaces those in which `who` has the right; a right in all namespaces is asked first. */
  async namespacesWith(who: Who, attributes: Omit<Attributes, 'namespace'>, namespaces: Iterable<string>): Promise<Set<string>> {
    const all = new Set(namespaces);
    if ((await this.may(who, attributes)).allowed) return all;
    const answers = await Promise.all([...all].map(async (namespace) => [namespace, (await this.may(who, { ...attributes, namespace })).allowed] as const));
    return new Set(answers.flatMap(([namespace, allowed]) => (allowed ? [namespace] : [])));
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  close(): void {
    clearTimeout(this.settling);
    for (const end of this.ends) end();
  }

  private async ask(who: Who, attributes: Attributes): Promise<Right> {
    const spec = { user: who.user, groups: [...who.groups, 'system:authenticated'], resourceAttributes: asked(attributes) };
    const { status } = await this.own.create(reviews, { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec });
    return status?.allowed === true ? { allowed: true } : { allowed: false, because: refusal(who, attributes) };
  }

  /** What was known may be wrong from now on; an answer that is under way too. */
  private changed(): void {
    for (const key of [...this.known.keys()]) this.known.delete(key);
    this.settling ??= setTimeout(() => {
      this.settling = undefined;
      for (const key of [...this.known.keys()]) this.known.delete(key);
      for (const listener of [...this.listeners]) {
        try {
          listener();
        } catch (error) {
          this.context.log.error({ err: causeChain(error) }, 'a listener of rights failed');
        }
      }
    }, SETTLE_MS);
  }
}

const asked = ({ verb, group, resource, subresource, namespace, name }: Attributes): Record<string, string> => ({
  verb,
  group,
  resource,
  subresource: subresource ?? '',
  namespace: namespace ?? '',
  name: name ?? '',
});

/** In the words of Kubernetes' own refusals, as a sentence. */
export function refusal({ user }: Pick<Caller, 'user'>, { verb, group, resource, subresource, namespace, name }: Attributes): string {
  const what = `${resource}${subresource ? `/${subresource}` : ''}${group === '' ? '' : ` of ${group}`}${name ? ` "${name}"` : ''}`;
  return `${user.replace(/^tidegate:/, '')} may not ${verb} ${what}${namespace ? ` in ${namespace}` : ''}.`;
}
