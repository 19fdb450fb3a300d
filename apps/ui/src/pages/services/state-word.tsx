import { StatusWord, type Tone } from '@tidegate/ui-kit';
import type { ServiceState } from '../../api/generated/documents';
import { useText } from '../../i18n/use-text';

const TONES: Record<ServiceState, Tone> = {
  READY: 'good',
  PROGRESSING: 'wait',
  DEGRADED: 'bad',
  FAILED: 'bad',
  ASLEEP: 'sleep',
  STOPPED: 'paused',
};

/** The state of a service in a word. */
export function StateWord({ state, chip = false }: { state: ServiceState; chip?: boolean }) {
  const { t } = useText();
  return (
    <StatusWord tone={TONES[state]} chip={chip}>
      {t(`services.states.${state}`)}
    </StatusWord>
  );
}
