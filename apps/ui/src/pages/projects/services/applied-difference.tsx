import { YamlDiff } from '@tidegate/ui-kit/yaml-diff';
import type { ApplyYamlMutation } from '../../../api/generated/documents';
import { useText } from '../../../i18n/use-text';
import { editableYaml, specYaml } from './editable-yaml';

interface AppliedDifferenceProps {
  applied: ApplyYamlMutation['applyYaml'][number];
  /** `spec`: without names and notes of tools, which whoever fills a form has not written. */
  part?: 'all' | 'spec';
}

/** What the cluster would make of an object, defaults included, beside what it is now. */
export function AppliedDifference({ applied: { result, before, after }, part = 'all' }: AppliedDifferenceProps) {
  const { t } = useText();
  const shown = (yaml: string | null): string => (yaml === null ? '' : part === 'spec' ? specYaml(yaml) : editableYaml(yaml));
  if (result === 'UNCHANGED') return <p>{t('service.noDifference')}</p>;
  return (
    <>
      {before === null && <p>{t('service.allNew')}</p>}
      <YamlDiff label={t('service.difference')} before={shown(before)} after={shown(after)} />
    </>
  );
}
