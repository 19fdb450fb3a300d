import { type KubeClient, defineKind } from '@tidegate/kube';
import type { AdmissionRequest } from './admission-review.js';

interface SubjectAccessReview {
  metadata?: object;
  spec: { user: string; groups: string[]; resourceAttributes: Record<string, string> };
  status?: { allowed: boolean };
}
const reviews = defineKind<SubjectAccessReview>({ group: 'authorization.k8s.io', version: 'v1', kind: 'SubjectAccessReview', plural: 'subjectaccessreviews', namespaced: false });

/** Whether who makes the request holds a right, as the API server says. */
export async function mayRequester({ userInfo }: AdmissionRequest, resourceAttributes: Record<string, string>, client: KubeClient): Promise<boolean> {
  const { username = '', groups = [] } = userInfo ?? {};
  const { status } = await client.create(reviews, { spec: { user: username, groups: [...groups], resourceAttributes } });
  return status?.allowed === true;
}
