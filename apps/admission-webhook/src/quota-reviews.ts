import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { type Informer, type KubeClient, type Namespace, isConflict, isNotFound } from '@tidegate/kube';
import { isJsonObject } from '@tidegate/kube/json';
import { type Amounts, objectAmounts, positive, subtract } from '@tidegate/kube/quota';
import { WORKSPACE_LABEL, type Workspace, workspaceSpecSchema, workspaces } from '@tidegate/tenancy-contract';
import { type Book, reserve } from '@tidegate/tenancy-plan';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.js';

export interface QuotaReviewContext {
  client: KubeClient;
  workspaces: Informer<Workspace>;
  namespaces: Informer<Namespace>;
  clock: Clock;
  log: Logger;
}

interface Waiting {
  wanted: Amounts;
  resolve: (answer: AdmissionAnswer) => void;
}

/** Other replicas, and the count, write the same book: each of them can be first, one after the other. */
const MOST_CONFLICTS = 20;
const FORBIDDEN = { code: 403, reason: 'Forbidden' };

/**
 * Takes what is made in projects of the quota of their workspace, before it is there. The book is the workspace's status, written only as it was read: of several
 * replicas one is first, and the others read again. Those who wait meanwhile are let through together.
 */
export class QuotaReviews {
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(private readonly context: QuotaReviewContext) {}

  async review(request: AdmissionRequest): Promise<AdmissionAnswer> {
    const { namespaces, workspaces: cache, clock } = this.context;
    const name = namespaces.get(undefined, request.namespace ?? '')?.metadata?.labels?.[WORKSPACE_LABEL];
    const workspace = name === undefined ? undefined : cache.get(undefined, name);
    const hard = workspace && quotaOf(workspace);
    const wanted = wantedOf(request);
    if (name === undefined || !hard || !Object.keys(wanted).some((n) => n in hard)) return { allowed: true };
    if (request.dryRun === true) return toAnswer(reserve(name, hard, workspace.status?.quota, wanted, clock.now()));
    return new Promise((resolve) => {
      const others = this.waiting.get(name);
      if (others) return void others.push({ wanted, resolve });
      this.waiting.set(name, [{ wanted, resolve }]);
      void this.work(name);
    });
  }

  /** Until nobody waits for the workspace any more. */
  private async work(name: string): Promise<void> {
    for (;;) {
      const batch = this.waiting.get(name) ?? [];
      if (batch.length === 0) break;
      this.waiting.set(name, []);
      const answers = await this.takeAll(name, batch).catch((error: unknown) => {
        this.context.log.warn({ workspace: name, because: causeChain(error) }, 'the quota of a workspace could not be looked at');
        return batch.map((): AdmissionAnswer => ({ allowed: false, message: `the quota of workspace ${name} cannot be looked at now: try again`, refusal: { code: 503, reason: 'ServiceUnavailable' } }));
      });
      batch.forEach(({ resolve }, i) => resolve(answers[i] ?? { allowed: true }));
    }
    this.waiting.delete(name);
  }

  /** One write for all of them. The cache may be old: what it says is written only if it is still so, and otherwise read anew. */
  private async takeAll(name: string, batch: readonly Waiting[]): Promise<AdmissionAnswer[]> {
    const { client, clock } = this.context;
    let workspace = this.context.workspaces.get(undefined, name);
    for (let attempt = 0; ; attempt++) {
      const hard = workspace && quotaOf(workspace);
      if (!workspace || !hard) return batch.map(() => ({ allowed: true }));
      const before = workspace.status?.quota;
      let book: Book | undefined = before;
      const answers = batch.map(({ wanted }) => {
        const taken = reserve(name, hard, book, wanted, clock.now());
        if ('book' in taken) book = taken.book;
        return toAnswer(taken);
      });
      const isOld = attempt === 0 && answers.some((a) => !a.allowed);
      if (book === before && !isOld) return answers;
      try {
        // A refusal is never given from a cache that may be old.
        if (!isOld) {
          const { resourceVersion } = workspace.metadata ?? {};
          await client.patch(workspaces, name, undefined, { type: 'merge', body: { metadata: { resourceVersion }, status: { quota: book } } }, { subresource: 'status' });
          return answers;
        }
      } catch (error) {
        if (isNotFound(error)) return batch.map(() => ({ allowed: true }));
        if (!isConflict(error) || attempt >= MOST_CONFLICTS) throw error;
      }
      workspace = await client.get(workspaces, name);
    }
  }
}

const quotaOf = (workspace: Workspace): Amounts | undefined => workspaceSpecSchema.parse(workspace.spec).quota;

function wantedOf({ resource, object, oldObject }: AdmissionRequest): Amounts {
  const of = (value: unknown): Amounts => (resource && isJsonObject(value) ? objectAmounts({ group: resource.group, plural: resource.resource }, value) : {});
  return positive(oldObject ? subtract(of(object), of(oldObject)) : of(object));
}

const toAnswer = (taken: ReturnType<typeof reserve>): AdmissionAnswer => ('refused' in taken ? { allowed: false, message: taken.refused, refusal: FORBIDDEN } : { allowed: true });
