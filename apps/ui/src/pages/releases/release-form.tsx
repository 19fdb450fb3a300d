import { Group, NumberInput, Radio, Select, Stack, Text, TextInput } from '@mantine/core';
import { GuardedButton, type Permission } from '@tidegate/ui-kit';
import type { FormEvent } from 'react';
import { useText } from '../../i18n/use-text';
import styles from '../projects/services/service.module.css';
import { HOLDS, type NewRelease, RELEASE_TYPES, type Releasable, readWeights } from './planned-strategy';

interface ReleaseFormProps {
  of: Releasable;
  can: Permission | undefined;
  services: string[];
  input: NewRelease;
  busy: boolean;
  /** Whether what is in the form was tried out. */
  passed: boolean;
  change: (part: Partial<NewRelease>) => void;
  onService: (service: string) => void;
  onSubmit: () => void;
}

export function ReleaseForm({ of, can, services, input, busy, passed, change, onService, onSubmit }: ReleaseFormProps) {
  const { t } = useText();
  const badWeights = input.type === 'Canary' && readWeights(input.weights) === undefined;
  const serves = input.candidate === of.serving;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!badWeights && !serves) onSubmit();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Select
          label={t('services.service')}
          description={t(of.isReleasing ? 'newRelease.isReleasing' : 'newRelease.serves', { version: of.serving })}
          value={of.service}
          data={services}
          allowDeselect={false}
          onChange={(name) => name !== null && onService(name)}
        />
        <TypeCards value={input.type} change={change} />
        <TextInput
          label={t('newRelease.candidate')}
          description={t('newRelease.candidateAbout')}
          value={input.candidate}
          onChange={(e) => change({ candidate: e.currentTarget.value.trim() })}
          error={serves && input.candidate !== '' ? t('newRelease.serves', { version: of.serving }) : undefined}
          autoComplete="off"
          required
          maxLength={63}
        />
        <TextInput
          label={t('create.image')}
          description={t(of.versions.includes(input.candidate) ? 'newRelease.imageThere' : 'newRelease.imageAbout', {
            version: of.serving,
          })}
          value={input.image}
          onChange={(e) => change({ image: e.currentTarget.value })}
          autoComplete="off"
          spellCheck={false}
          maxLength={512}
        />
        {input.type === 'Canary' && (
          <Group grow align="flex-start">
            <TextInput
              label={t('newRelease.weights')}
              description={t('newRelease.weightsAbout')}
              value={input.weights}
              onChange={(e) => change({ weights: e.currentTarget.value })}
              error={badWeights ? t('newRelease.badWeights') : undefined}
              required
              maxLength={200}
            />
            <Select
              label={t('newRelease.hold')}
              description={t('newRelease.holdAbout')}
              value={input.hold}
              data={[...HOLDS]}
              allowDeselect={false}
              onChange={(hold) => hold !== null && change({ hold })}
            />
          </Group>
        )}
        <Bounds input={input} change={change} />
        <div className={styles.foot}>
          <GuardedButton type="submit" variant="filled" can={can} loading={busy}>
            {t(passed ? 'newRelease.submit' : 'create.check')}
          </GuardedButton>
        </div>
      </Stack>
    </form>
  );
}

type FieldProps = Pick<ReleaseFormProps, 'input' | 'change'>;

function Bounds({ input, change }: FieldProps) {
  const { t } = useText();
  return (
    <Group grow align="flex-start">
      <NumberInput
        label={t('newRelease.errorRate')}
        description={t('newRelease.errorRateAbout')}
        value={input.errorRate}
        onChange={(value) => typeof value === 'number' && change({ errorRate: value })}
        min={0}
        max={50}
        step={0.1}
        required
      />
      <NumberInput
        label={t('newRelease.latency')}
        description={t('newRelease.latencyAbout')}
        value={input.latency}
        onChange={(value) => typeof value === 'number' && change({ latency: value })}
        min={0}
        max={1000}
        required
      />
    </Group>
  );
}

/** The ways in which traffic can move, each with what it means. */
function TypeCards({ value, change }: { value: NewRelease['type']; change: ReleaseFormProps['change'] }) {
  const { t } = useText();
  return (
    <Radio.Group
      label={t('newRelease.type')}
      value={value}
      onChange={(next) => change({ type: RELEASE_TYPES.find((known) => known === next) ?? 'Canary' })}
    >
      <Stack gap={6} mt={6}>
        {RELEASE_TYPES.map((type) => (
          <Radio.Card key={type} value={type} p="xs">
            <Group wrap="nowrap" align="flex-start">
              <Radio.Indicator />
              <div>
                <Text size="sm" fw={600}>
                  {t(`mode.${type}`)}
                </Text>
                <Text size="xs" c="dimmed">
                  {t(`newRelease.types.${type}`)}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </Stack>
    </Radio.Group>
  );
}
