import { Link, useParams } from '@tanstack/react-router';
import { type Column, DataTable, EmptyState, NameCell, PageHeader, Panel, useNow } from '@tidegate/ui-kit';
import { SecretsDocument, SettingsDocument, type SettingsQuery } from '../../../api/generated/documents';
import { useAnswer } from '../../../api/use-answer';
import { useText } from '../../../i18n/use-text';
import { Failed, Waiting } from '../../../shell/page-states';
import { type ConfigurationKind } from './configuration-kind';

type Row = SettingsQuery['configMaps'][number] & { type?: string | null };

/** ConfigMaps and Secrets by their keys; a value is read on the page of its object. */
export function ConfigurationPage() {
  const { t } = useText();
  const { project } = useParams({ from: '/inside/projects/$project/configuration' });
  const configMaps = useAnswer(SettingsDocument, { namespace: project });
  const secrets = useAnswer(SecretsDocument, { namespace: project });
  return (
    <>
      <PageHeader title={t('configuration.title')} about={t('configuration.about')} />
      <Panel title="ConfigMaps" flush>
        {configMaps.state === 'waiting' && <Waiting />}
        {configMaps.state === 'failed' && <Failed problem={configMaps.problem} again={configMaps.again} />}
        {configMaps.state === 'here' && <Table kind="ConfigMap" project={project} rows={configMaps.data.configMaps} />}
      </Panel>
      <Panel title="Secrets" flush>
        {secrets.state === 'waiting' && <Waiting />}
        {secrets.state === 'failed' && <Failed problem={secrets.problem} again={secrets.again} />}
        {secrets.state === 'here' && <Table kind="Secret" project={project} rows={secrets.data.secrets} />}
      </Panel>
    </>
  );
}

function Table({ kind, project, rows }: { kind: ConfigurationKind; project: string; rows: readonly Row[] }) {
  const { t, figures } = useText();
  const now = useNow(30_000);
  const columns: Column<Row>[] = [
    {
      key: 'name',
      title: t('tokens.name'),
      cell: (r) => (
        <NameCell below={r.type}>
          <Link to="/projects/$project/configuration/$kind/$name" params={{ project, kind, name: r.name }}>
            {r.name}
          </Link>
        </NameCell>
      ),
    },
    { key: 'keys', title: t('configuration.keys'), cell: (r) => r.keys.join(', ') || '–', width: '46%' },
    { key: 'made', title: t('services.made'), number: true, width: '110px', wide: true, cell: (r) => figures.ago(r.createdAt, now) },
  ];
  return <DataTable bare label={kind} columns={columns} rows={rows} rowKey={(r) => r.id} empty={<EmptyState title={t('configuration.empty')} />} />;
}
