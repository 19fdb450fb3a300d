import { GuardedButton, toastDone, toastProblem } from '@tidegate/ui-kit';
import { IconArrowBackUp, IconCheck, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { ActOnReleaseDocument, type ReleaseAction, type ReleaseDetailFragment } from '../../../api/generated/documents';
import { useAction } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';

const ICONS: Record<ReleaseAction, typeof IconX> = {
  PROMOTE: IconCheck,
  PAUSE: IconPlayerPause,
  RESUME: IconPlayerPlay,
  ABORT: IconX,
  ROLLBACK: IconArrowBackUp,
};

/** Buttons follow the API's word: a greyed one says why. */
export function ReleaseActions({ release }: { release: ReleaseDetailFragment }) {
  const { t } = useText();
  const { act } = useAction(ActOnReleaseDocument);
  const [busy, setBusy] = useState<ReleaseAction>();
  const run = async (action: ReleaseAction): Promise<void> => {
    setBusy(action);
    const { namespace, name } = release;
    const outcome = await act({ input: { namespace, name, action, reason: t('release.reason') } });
    setBusy(undefined);
    if (outcome.done) toastDone(t(`release.acted.${action}`));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return release.can.map(({ action, allowed, because }) => {
    const Icon = ICONS[action];
    return (
      <GuardedButton
        key={action}
        can={{ allowed, because }}
        loading={busy === action}
        variant={action === 'PROMOTE' && allowed ? 'filled' : 'default'}
        leftSection={<Icon size={15} />}
        onClick={() => void run(action)}
      >
        {t(`release.act.${action}`)}
      </GuardedButton>
    );
  });
}
