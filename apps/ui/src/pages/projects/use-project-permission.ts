import { useDebouncedValue } from '@mantine/hooks';
import type { Permission } from '@tidegate/ui-kit';
import { ProjectActionsDocument } from '../../api/generated/documents';
import { useAnswer } from '../../api/use-answer';

const TYPING_MS = 300;

/** The API's word on something that is made or changed in a project; undefined until it is known, and for a project that is still being typed. */
export function useProjectPermission(project: string, action: 'createService' | 'editConfigMaps' | 'editSecrets'): Permission | undefined {
  const [name] = useDebouncedValue(project, TYPING_MS);
  const answer = useAnswer(ProjectActionsDocument, { name }, { pause: name === '' });
  if (answer.state !== 'here' || name !== project) return undefined;
  return answer.data.project?.can.find((c) => c.action === action);
}
