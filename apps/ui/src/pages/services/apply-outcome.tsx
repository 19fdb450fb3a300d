import { StatusWord } from '@tidegate/ui-kit';
import { useText } from '../../i18n/use-text';

/** Whether the cluster took what was tried out. */
export function ApplyOutcome({ passed }: { passed: boolean }) {
  const { t } = useText();
  return <StatusWord tone={passed ? 'good' : 'bad'}>{t(passed ? 'create.passed' : 'create.refused')}</StatusWord>;
}
