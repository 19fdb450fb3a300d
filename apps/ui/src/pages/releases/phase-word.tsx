import { StatusWord, type Tone } from '@tidegate/ui-kit';
import { useText } from '../../i18n/use-text';
import type { en } from '../../i18n/en';

export type Phase = keyof typeof en.phase;

const TONES: Record<Phase, Tone> = {
  Preparing: 'wait',
  Progressing: 'wait',
  Holding: 'paused',
  Paused: 'paused',
  Promoting: 'wait',
  Promoted: 'good',
  RollingBack: 'bad',
  RolledBack: 'bad',
};

const isPhase = (phase: string): phase is Phase => phase in TONES;

/** The state of a release in words. */
export function PhaseWord({ phase, chip }: { phase: string; chip?: boolean }) {
  const { t } = useText();
  return (
    <StatusWord tone={isPhase(phase) ? TONES[phase] : 'quiet'} chip={chip ?? false}>
      {isPhase(phase) ? t(`phase.${phase}`) : phase}
    </StatusWord>
  );
}
