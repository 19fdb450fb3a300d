import { TidegateError, pause } from '@tidegate/kernel';
import { type Kind, type KubeClient, type KubeObject, kinds } from '@tidegate/kube';
import { SUBJECT_PREFIX, WORKSPACE_LABEL, workspaces } from '@tidegate/tenancy-contract';
import { codes } from '../errors.js';

export interface AsMember {
  /** Everything done with it is done as the member: with the rights of a workspace's administrator, and none beyond. */
  client: KubeClient;
  /** Resolves once the member may use it. */
  makeProject(name: string): Promise<void>;
  /** Takes the workspace away; its projects stay, in none. */
  end(): Promise<void>;
}

export interface AsMemberOptions {
  admin: KubeClient;
  workspace: string;
  /** A namespace that is there already, and belongs to the workspace until the end. */
  project?: string;
  signal: AbortSignal;
}

const READY_LIMIT_MS = 60_000;
const LOOK_MS = 100;

/** Demos are for members of a team: nobody needs the whole cluster to release a version. Throws CLI_DEMO_NOT_POSSIBLE. */
export async function asMember({ admin, workspace, project, signal }: AsMemberOptions): Promise<AsMember> {
  if (await admin.get(workspaces, workspace)) {
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The workspace ${workspace} is there already.`, { remedy: `Another demo may be running. If not: kubectl delete workspace ${workspace}` });
  }
  const user = workspace;
  await admin.create(workspaces, { metadata: { name: workspace }, spec: { displayName: 'Of a demo', members: [{ user, role: 'admin' }] } });
  const end = async (): Promise<void> => void (await admin.delete(workspaces, workspace));
  try {
    if (project !== undefined) await admin.patch(kinds.namespaces, project, undefined, { type: 'merge', body: { metadata: { labels: { [WORKSPACE_LABEL]: workspace } } } });
    const client = admin.as({ user: `${SUBJECT_PREFIX}${user}`, groups: [`${SUBJECT_PREFIX}everybody`] });
    if (project !== undefined) await untilMay(client, { verb: 'create', group: 'delivery.tidegate.dev', resource: 'strategies', namespace: project }, signal);
    return { client, end, makeProject: (name) => makeProject(client, workspace, name, signal) };
  } catch (error) {
    await end();
    throw error;
  }
}

async function makeProject(client: KubeClient, workspace: string, name: string, signal: AbortSignal): Promise<void> {
  await untilMay(client, { verb: 'create', group: '', resource: 'namespaces' }, signal);
  await client.create(kinds.namespaces, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: { [WORKSPACE_LABEL]: workspace } } });
  await untilMay(client, { verb: 'create', group: 'serving.knative.dev', resource: 'services', namespace: name }, signal);
}

const selfSubjectAccessReviews: Kind<Review> = { group: 'authorization.k8s.io', version: 'v1', kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews', namespaced: false };
interface Review extends KubeObject {
  spec: { resourceAttributes: Record<string, string> };
  status?: { allowed: boolean };
}

/** Members' rights are bindings, which the platform makes. */
async function untilMay(client: KubeClient, attributes: Record<string, string>, signal: AbortSignal): Promise<void> {
  const may = async (): Promise<boolean> => (await client.create(selfSubjectAccessReviews, { spec: { resourceAttributes: attributes } })).status?.allowed === true;
  for (const deadline = Date.now() + READY_LIMIT_MS; !(await may()); await pause(LOOK_MS, signal)) {
    if (Date.now() < deadline) continue;
    const { verb, resource, namespace } = attributes;
    const where = namespace === undefined ? '' : ` in ${namespace}`;
    throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `After a minute the member of the demo's workspace may not ${verb} ${resource}${where}.`, { remedy: 'kubectl get workspaces -o yaml says how they are.' });
  }
}
