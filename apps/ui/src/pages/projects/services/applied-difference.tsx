import { YamlDiff } from '@tidegate/ui-kit/yaml-diff';
import type { ApplyYamlMutation } from '../../../api/generated/documents';
import { useText } from '../../../i18n/use-text';
import { editableYaml } from './editable-yaml';

const shown = (yaml: string | null): string => (yaml === null ? '' : editableYaml(yaml));

/** What the cluster would make of an object, defaults included, beside what it is now. */
export function AppliedDifference({ applied: { result, before, after }, height }: { applied: ApplyYamlMutation['applyYaml'][number]; height?: string }) {
  const { t } = useText();
  if (result === 'UNCHANGED') return <p>{t('service.noDifference')}</p>;
  return (
    <>
      {before === null && <p>{t('service.allNew')}</p>}
      <YamlDiff label={t('service.difference')} before={shown(before)} after={shown(after)} {...(height === undefined ? {} : { height })} />
    </>
  );
}
