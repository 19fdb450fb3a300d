import { StatusWord, type Tone } from '@tidegate/ui-kit';
import type { ComponentState } from '../../../api/generated/documents';
import { useApplicationsWords } from './use-applications-words';

const TONES: Record<ComponentState, Tone> = { READY: 'good', IN_PROGRESS: 'wait', FAILED: 'bad', UNKNOWN: 'paused' };

export function ApplicationState({ state }: { state: ComponentState }) {
  const t = useApplicationsWords();
  return <StatusWord tone={TONES[state]}>{t(`states.${state}`)}</StatusWord>;
}
