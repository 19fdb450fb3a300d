import { useNavigate } from '@tanstack/react-router';
import { ConfirmByName } from '@tidegate/ui-kit';
import { type ApplicationDetailFragment, ApplicationRemovalDocument, DeleteApplicationDocument } from '../../../api/generated/documents';
import { useAnswer } from '../../../api/use-answer';
import { useSubmit } from '../../../forms/use-submit';
import { type Kind, kindText } from './kinds';
import { useApplicationsWords } from './use-applications-words';

const SHOWN = 30;

interface Props {
  application: ApplicationDetailFragment;
  onClose: () => void;
}

/** Shows what goes, what stays, and what nobody could look at, before the name is asked for. */
export function DeleteApplication({ application: { namespace, name }, onClose }: Props) {
  const t = useApplicationsWords();
  const navigate = useNavigate();
  const preview = useAnswer(ApplicationRemovalDocument, { namespace, name });
  const { busy, problem, submit } = useSubmit(DeleteApplicationDocument, t('deleted', { name }));
  const confirm = async (): Promise<void> => {
    if (!(await submit({ namespace, name }))) return;
    onClose();
    void navigate({ to: '/projects/$project/applications', params: { project: namespace } });
  };
  const told = (objects: readonly (Kind & { name: string })[], count: number): string => {
    const what = objects.slice(0, SHOWN).map((o) => `${kindText(o)} ${o.name}`);
    return what.join(', ') + (count > what.length ? t('more', { count: count - what.length }) : '');
  };
  const found = preview.state === 'here' ? preview.data.applicationRemoval : undefined;
  return (
    <ConfirmByName
      opened
      title={t('deleteOf', { name })}
      name={name}
      action={t('delete')}
      busy={busy || preview.state === 'waiting'}
      problem={problem?.sentence ?? (preview.state === 'failed' ? preview.problem.sentence : undefined)}
      onClose={onClose}
      onConfirm={() => void confirm()}
    >
      {found && (found.goesCount > 0 ? t('goes', { what: told(found.goes, found.goesCount) }) : t('nothingGoes'))}{' '}
      {found && found.staysCount > 0 && t('stays', { what: told(found.stays, found.staysCount) })} {found?.unseen.join(' ')}
    </ConfirmByName>
  );
}
