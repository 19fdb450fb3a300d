import { Alert, Button, Modal, NumberInput, Stack, Text, TextInput } from '@mantine/core';
import { Command, Panel, useWords } from '@tidegate/ui-kit';
import { IconDownload, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { CreateKubeconfigDocument } from '../../api/generated/documents';
import { ActionForm } from '../../forms/action-form';
import { useSubmit } from '../../forms/use-submit';
import { useKubectlWords } from './use-kubectl-words';

const EMPTY = { name: '', days: 90 };
const LONGEST_DAYS = 366;

/** A kubeconfig of one's own: the same rights at the command line. */
export function KubectlPanel() {
  const t = useKubectlWords();
  const [creating, setCreating] = useState(false);
  const create = (
    <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setCreating(true)}>
      {t('create')}
    </Button>
  );
  return (
    <Panel title={t('title')} aside={create}>
      <Text size="sm" c="dimmed">
        {t('about')}
      </Text>
      {creating && <KubeconfigCreate onClose={() => setCreating(false)} />}
    </Panel>
  );
}

function KubeconfigCreate({ onClose }: { onClose: () => void }) {
  const t = useKubectlWords();
  const [input, setInput] = useState(EMPTY);
  const [kubeconfig, setKubeconfig] = useState<string>();
  const { busy, problem, error, submit } = useSubmit(CreateKubeconfigDocument, t('created', { name: input.name }));
  const create = async (): Promise<void> => {
    const made = await submit(input);
    if (made) setKubeconfig(made.createKubeconfig.kubeconfig);
  };
  if (kubeconfig !== undefined) return <Made kubeconfig={kubeconfig} onClose={onClose} />;
  return (
    <ActionForm
      opened
      title={t('create')}
      action={t('create')}
      busy={busy}
      problem={problem}
      fields={['name', 'days']}
      onClose={onClose}
      onSubmit={() => void create()}
    >
      <TextInput
        data-autofocus
        label={t('name')}
        description={t('nameAbout')}
        value={input.name}
        onChange={(e) => setInput({ ...input, name: e.currentTarget.value })}
        error={error('name')}
        autoComplete="off"
        required
        maxLength={100}
      />
      <NumberInput
        label={t('days')}
        value={input.days}
        onChange={(value) => setInput({ ...input, days: typeof value === 'number' ? value : input.days })}
        min={1}
        max={LONGEST_DAYS}
        allowDecimal={false}
        error={error('days')}
      />
    </ActionForm>
  );
}

const FILE = 'tidegate.kubeconfig';

function Made({ kubeconfig, onClose }: { kubeconfig: string; onClose: () => void }) {
  const t = useKubectlWords();
  const words = useWords();
  const download = (): void => {
    const url = URL.createObjectURL(new Blob([kubeconfig], { type: 'application/yaml' }));
    const link = Object.assign(document.createElement('a'), { href: url, download: FILE });
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Modal opened onClose={onClose} title={t('title')} closeButtonProps={{ 'aria-label': words.close }}>
      <Stack gap="sm">
        <Alert color="tide" variant="light">
          {t('once')}
        </Alert>
        <Button leftSection={<IconDownload size={15} />} onClick={download} data-autofocus>
          {t('download')}
        </Button>
        <Text size="sm">{t('then')}</Text>
        <Command>{`chmod 600 ${FILE} && export KUBECONFIG=$PWD/${FILE}`}</Command>
        <Command>kubectl auth whoami</Command>
        <Button variant="default" onClick={onClose}>
          {words.close}
        </Button>
      </Stack>
    </Modal>
  );
}
