import { type MeQuery, MeDocument } from '../api/generated/documents';
import { useAnswer } from '../api/use-answer';

export type Me = MeQuery['me'];

/** Who is signed in; undefined until the API has told. */
export function useMe(): Me | undefined {
  const answer = useAnswer(MeDocument, {});
  return answer.state === 'here' ? answer.data.me : undefined;
}
