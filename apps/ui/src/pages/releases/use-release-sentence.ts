import { useText } from '../../i18n/use-text';
import { type NewRelease, readWeights } from './planned-strategy';

/** The whole plan in one plain sentence. */
export function useReleaseSentence({ type, candidate, weights, hold, errorRate, latency }: NewRelease): string {
  const { t, figures } = useText();
  const version = candidate === '' ? t('newRelease.candidate') : candidate;
  const bounds = t('newRelease.bounds', { points: figures.number(errorRate), percent: figures.number(latency) });
  if (type === 'BlueGreen') return t('newRelease.sayBlueGreen', { version, bounds });
  if (type === 'Mirror') return t('newRelease.sayMirror', { version, bounds });
  const steps = (readWeights(weights) ?? []).map((w) => `${figures.number(w)} %`).join(' → ');
  return t('newRelease.sayCanary', { version, steps, hold, bounds });
}
