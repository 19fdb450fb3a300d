import { Button } from '@mantine/core';
import { GuardedButton, Panel, SplitEditor, type SplitPart } from '@tidegate/ui-kit';
import { useState } from 'react';
import { type ServiceDetailFragment, SetTrafficDocument } from '../../../api/generated/documents';
import { useSubmit } from '../../../forms/use-submit';
import { useText } from '../../../i18n/use-text';
import { splittable, toTargets } from './planned-split';
import styles from './service.module.css';

const TONES = ['tide', 'candidate', 'sleep', 'good', 'wait', 'quiet'] as const;

/** Moves traffic between revisions by hand. What is typed stays here until it is set. */
export function TrafficPanel({ service }: { service: ServiceDetailFragment }) {
  const { t } = useText();
  const [wanted, setWanted] = useState<ReadonlyMap<string, number>>();
  const { busy, problem, submit, forget } = useSubmit(SetTrafficDocument, t('service.trafficSet', { name: service.name }));
  const can = service.can.find((c) => c.action === 'setTraffic');
  const revisions = splittable(service.revisions);
  const parts = revisions.map(
    (r, index): SplitPart => ({
      key: r.name,
      label: r.name,
      tone: TONES[Math.min(index, TONES.length - 1)] ?? 'quiet',
      percent: wanted?.get(r.name) ?? r.percent ?? 0,
      below: r.tags.join(', ') || undefined,
    }),
  );
  const reset = (): void => {
    forget();
    setWanted(undefined);
  };
  const set = async (): Promise<void> => {
    const percents = new Map(parts.map((p) => [p.key, p.percent]));
    if (await submit({ input: { id: service.id, targets: toTargets(revisions, percents) } })) setWanted(undefined);
  };
  return (
    <Panel title={t('service.traffic')} aside={t('service.trafficAbout')}>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem.sentence} {problem.remedy}
        </p>
      )}
      <SplitEditor label={t('service.traffic')} parts={parts} disabled={can?.allowed === false} onChange={setWanted} />
      <div className={styles.foot}>
        {wanted && (
          <Button variant="default" onClick={reset}>
            {t('service.undo')}
          </Button>
        )}
        <GuardedButton can={can} variant={wanted ? 'filled' : 'default'} loading={busy} onClick={() => void set()}>
          {t('service.setTraffic')}
        </GuardedButton>
      </div>
    </Panel>
  );
}
