import type { Clock, Logger } from '@tidegate/kernel';
import { type Informer, type KubeClient, type Namespace } from '@tidegate/kube';
import { TENANCY_GROUP, WORKSPACE_LABEL, type Workspace, workspaceSpecSchema } from '@tidegate/tenancy-contract';
import { type Question, type Verdict, questionsOfNamespace, questionsOfWorkspace, routeIsOutside, signNamespace, signWorkspace } from '@tidegate/tenancy-plan';
import type { AdmissionAnswer, AdmissionRequest } from './admission-review.js';
import { reviewApplication } from './application-reviews.js';
import { QuotaReviews } from './quota-reviews.js';
import { mayRequester } from './may-requester.js';
import { annotate } from './annotate.js';
import type { Handlers } from './webhook-server.js';

export const TENANCY_PATHS = { sign: '/tenancy/sign', validate: '/tenancy/validate', routes: '/tenancy/routes', quota: '/tenancy/quota', applications: '/tenancy/applications' } as const;

export interface TenancyReviewContext {
  client: KubeClient;
  workspaces: Informer<Workspace>;
  namespaces: Informer<Namespace>;
  log: Logger;
  clock: Clock;
}

/** Who may put namespaces into workspaces, change members and bounds, and claim hosts. Decisions are in tenancy-plan; rights are asked of the API server. */
export function tenancyHandlers(context: TenancyReviewContext): Handlers {
  const quotas = new QuotaReviews(context);
  return {
    [TENANCY_PATHS.sign]: sign,
    [TENANCY_PATHS.validate]: (review) => validate(review, context),
    [TENANCY_PATHS.routes]: (review) => reviewRoute(review, context),
    [TENANCY_PATHS.applications]: (review) => reviewApplication(review, context.client),
    [TENANCY_PATHS.quota]: (review) => quotas.review(review),
  };
}

const isNamespace = ({ kind }: AdmissionRequest): boolean => kind.group === '' && kind.kind === 'Namespace';
const isWorkspace = ({ kind }: AdmissionRequest): boolean => kind.group === TENANCY_GROUP && kind.kind === 'Workspace';
/** The API server has checked the object against its kind's schema. */
const objectOf = <T extends Namespace | Workspace>(object: unknown): T | undefined => (typeof object === 'object' && object !== null ? (object as T) : undefined);

function sign(review: AdmissionRequest): AdmissionAnswer {
  const username = review.userInfo?.username ?? '';
  const object = objectOf<Namespace>(review.object);
  if (!object || username === '') return { allowed: true };
  const added = isNamespace(review)
    ? signNamespace(object, objectOf<Namespace>(review.oldObject), username)
    : isWorkspace(review)
      ? signWorkspace(review.object as Workspace & object, objectOf<Workspace>(review.oldObject), username)
      : {};
  return { allowed: true, ...(Object.keys(added).length === 0 ? {} : { patch: annotate(object.metadata?.annotations, added) }) };
}

async function validate(review: AdmissionRequest, context: TenancyReviewContext): Promise<AdmissionAnswer> {
  const verdict = verdictOn(review, context);
  if ('refused' in verdict) return { allowed: false, message: verdict.refused };
  for (const question of verdict.questions) {
    if (!(await isAllowed(review, question, context.client))) return { allowed: false, message: question.otherwise, refusal: { code: 403, reason: 'Forbidden' } };
  }
  return { allowed: true };
}

function verdictOn(review: AdmissionRequest, { workspaces }: TenancyReviewContext): Verdict {
  const username = review.userInfo?.username ?? '';
  if (isNamespace(review)) {
    const namespace = objectOf<Namespace>(review.object);
    const before = objectOf<Namespace>(review.oldObject);
    // What leaves is not held up.
    if (!namespace || namespace.metadata?.deletionTimestamp !== undefined) return { questions: [] };
    return questionsOfNamespace({ namespace, before, username, workspaceExists: (name) => workspaces.get(undefined, name) !== undefined });
  }
  const workspace = isWorkspace(review) ? objectOf<Workspace>(review.object) : undefined;
  if (!workspace || workspace.metadata?.deletionTimestamp !== undefined) return { questions: [] };
  return questionsOfWorkspace(workspace, objectOf<Workspace>(review.oldObject), username);
}

const isAllowed = (review: AdmissionRequest, { verb, resource, subresource = '', name = '' }: Question, client: KubeClient): Promise<boolean> =>
  mayRequester(review, { verb, group: TENANCY_GROUP, resource, subresource, name }, client);

function reviewRoute(review: AdmissionRequest, { workspaces, namespaces }: TenancyReviewContext): AdmissionAnswer {
  const route = review.object;
  const name = namespaces.get(undefined, review.namespace ?? '')?.metadata?.labels?.[WORKSPACE_LABEL];
  const workspace = name === undefined ? undefined : workspaces.get(undefined, name);
  if (!route || !workspace) return { allowed: true };
  const isOwn = (namespace: string): boolean => namespaces.get(undefined, namespace)?.metadata?.labels?.[WORKSPACE_LABEL] === name;
  const outside = routeIsOutside(workspaceSpecSchema.parse(workspace.spec), { metadata: { namespace: review.namespace }, spec: route['spec'] as never }, isOwn);
  return outside === undefined ? { allowed: true } : { allowed: false, message: outside };
}
