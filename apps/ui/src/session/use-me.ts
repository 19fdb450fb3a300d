import type { Permission } from '@tidegate/ui-kit';
import { type MeQuery, MeDocument } from '../api/generated/documents';
import { useAnswer } from '../api/use-answer';

export type Me = MeQuery['me'];

/** Who is signed in; undefined until the API has told. */
export function useMe(): Me | undefined {
  const answer = useAnswer(MeDocument, {});
  return answer.state === 'here' ? answer.data.me : undefined;
}

export type PlatformAction =
  'createWorkspace' | 'createAccount' | 'updateAccounts' | 'deleteAccounts' | 'createGroup' | 'updateGroups' | 'deleteGroups';

/** The API's word on what whoever is signed in may do with the platform; undefined until it has told. */
export function usePlatformPermissions(): (action: PlatformAction) => Permission | undefined {
  const can = useMe()?.can;
  return (action) => can?.find((c) => c.action === action);
}
