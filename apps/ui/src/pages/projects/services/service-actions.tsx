import { Modal, NumberInput, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { ConfirmByName, GuardedButton, toastDone, toastProblem, useWords } from '@tidegate/ui-kit';
import { IconArrowsVertical, IconRefresh, IconRipple, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import {
  DeleteObjectDocument,
  DeletionPreviewDocument,
  RestartServiceDocument,
  ScaleServiceDocument,
  type ServiceDetailFragment,
} from '../../../api/generated/documents';
import { useAction, useAnswer } from '../../../api/use-answer';
import { ActionForm } from '../../../forms/action-form';
import { useSubmit } from '../../../forms/use-submit';
import { useText } from '../../../i18n/use-text';
import { LinkButton } from '../../../shell/link-button';
import { type ServiceAddress, SERVICE_KINDS } from '../../services/service-address';
import { releasedService } from './released-service';

interface Props {
  service: ServiceDetailFragment;
  address: ServiceAddress;
}

/** What can be done with it now; the API says of each whether, and if not, why. */
export function ServiceActions({ service, address }: Props) {
  const { t } = useText();
  const [open, setOpen] = useState<'scale' | 'delete'>();
  const { busy, act } = useAction(RestartServiceDocument);
  const can = (action: string) => service.can.find((c) => c.action === action);
  const restart = async (): Promise<void> => {
    const outcome = await act({ id: service.id });
    if (outcome.done) toastDone(t('service.restarted', { name: service.name }));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  const released = releasedService(service);
  return (
    <>
      {released !== undefined && (
        <LinkButton to="/releases/new" search={{ project: service.namespace, service: released }} leftSection={<IconRipple size={15} />}>
          {t('newRelease.title')}
        </LinkButton>
      )}
      <GuardedButton can={can('scale')} leftSection={<IconArrowsVertical size={15} />} onClick={() => setOpen('scale')}>
        {t('service.scale')}
      </GuardedButton>
      <GuardedButton can={can('restart')} leftSection={<IconRefresh size={15} />} loading={busy} onClick={() => void restart()}>
        {t('service.restart')}
      </GuardedButton>
      <GuardedButton can={can('delete')} leftSection={<IconTrash size={15} />} onClick={() => setOpen('delete')}>
        {t('service.delete')}
      </GuardedButton>
      <ScaleForm service={service} opened={open === 'scale'} onClose={() => setOpen(undefined)} />
      {open === 'delete' && <DeleteService service={service} address={address} onClose={() => setOpen(undefined)} />}
    </>
  );
}

function ScaleForm({ service, opened, onClose }: { service: ServiceDetailFragment; opened: boolean; onClose: () => void }) {
  const { t } = useText();
  const [replicas, setReplicas] = useState<number | string>(service.replicas.wanted);
  const { busy, problem, error, submit, forget } = useSubmit(ScaleServiceDocument, t('service.scaled', { name: service.name, replicas }));
  const close = (): void => {
    forget();
    onClose();
  };
  const scale = async (): Promise<void> => {
    if (typeof replicas === 'number' && (await submit({ input: { id: service.id, replicas } }))) close();
  };
  return (
    <ActionForm
      opened={opened}
      title={t('service.scaleOf', { name: service.name })}
      action={t('service.scale')}
      busy={busy}
      problem={problem}
      fields={['replicas']}
      onClose={close}
      onSubmit={() => void scale()}
    >
      <NumberInput
        data-autofocus
        label={t('services.pods')}
        description={t('service.scaleAbout')}
        value={replicas}
        onChange={setReplicas}
        error={error('replicas')}
        min={0}
        max={1000}
        allowDecimal={false}
        required
      />
    </ActionForm>
  );
}

/** Shows what goes with it before the name is asked for. */
function DeleteService({ service, address, onClose }: Props & { onClose: () => void }) {
  const { t, figures } = useText();
  const words = useWords();
  const navigate = useNavigate();
  const { apiVersion, kind } = SERVICE_KINDS[address.kind];
  const { namespace, name } = service;
  const input = { apiVersion, kind, namespace, name };
  const preview = useAnswer(DeletionPreviewDocument, { input });
  const { busy, problem, submit } = useSubmit(DeleteObjectDocument, t('service.deleted', { name }));
  const title = t('service.deleteOf', { name });
  const remove = async (): Promise<void> => {
    if (await submit({ input })) void navigate({ to: '/projects/$project/services', params: { project: namespace } });
  };
  if (preview.state === 'waiting')
    return (
      <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': words.close }}>
        {words.loading}
      </Modal>
    );
  const goes = preview.state === 'here' ? preview.data.deletionPreview : undefined;
  return (
    <ConfirmByName
      opened
      title={title}
      name={name}
      action={t('service.delete')}
      busy={busy}
      problem={problem?.sentence}
      onClose={onClose}
      onConfirm={() => void remove()}
    >
      {preview.state === 'failed' && preview.problem.sentence}
      {goes && (goes.totalCount === 0 ? t('service.goesAlone') : t('service.goesWith', { objects: figures.number(goes.totalCount) }))}
      {goes?.objects.slice(0, 8).map((o) => (
        <Text key={`${o.group}/${o.kind}/${o.name}`} size="xs" c="dimmed">
          {o.kind} {o.name}
        </Text>
      ))}
      {goes?.unseen.map((sentence) => (
        <Text key={sentence} size="xs">
          {sentence}
        </Text>
      ))}
    </ConfirmByName>
  );
}
