import { useParams } from '@tanstack/react-router';
import { PageHeader } from '@tidegate/ui-kit';
import { NotFound } from '../../../shell/page-states';
import { YamlTab } from '../services/yaml-tab';
import { useProjectPermission } from '../use-project-permission';
import { isConfigurationKind } from './configuration-kind';

/** One ConfigMap or Secret, values included, as far as whoever looks may read it. */
export function ConfigurationObject() {
  const { project, kind, name } = useParams({ from: '/inside/projects/$project/configuration/$kind/$name' });
  const can = useProjectPermission(project, kind === 'Secret' ? 'editSecrets' : 'editConfigMaps');
  if (!isConfigurationKind(kind)) return <NotFound />;
  return (
    <>
      <PageHeader title={name} about={kind} />
      <YamlTab key={`${kind}/${name}`} object={{ apiVersion: 'v1', kind, namespace: project, name }} can={can} />
    </>
  );
}
