import { Autocomplete } from '@mantine/core';
import { ProjectsDocument } from '../../api/generated/documents';
import { useLive } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';

const OFFERED = 500;

/** A project by its name; those that one may see are offered. */
export function ProjectChoice({ value, onChange }: { value: string; onChange: (name: string) => void }) {
  const { t } = useText();
  const projects = useLive(ProjectsDocument, { first: OFFERED });
  const names = projects.state === 'here' ? projects.data.projects.edges.filter(({ node }) => !node.isSystem).map(({ node }) => node.name) : [];
  return <Autocomplete label={t('activity.project')} value={value} onChange={onChange} data={names} limit={50} required maxLength={63} />;
}
