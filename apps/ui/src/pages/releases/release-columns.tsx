import { Link } from '@tanstack/react-router';
import { type Column, NameCell, useNow } from '@tidegate/ui-kit';
import type { ReleaseRowFragment } from '../../api/generated/documents';
import { useText } from '../../i18n/use-text';
import { PhaseWord } from './phase-word';

/** `past`: they are told by when they ended, and each is named exactly, since names come again. */
export function useReleaseColumns(withProject: boolean, past: boolean): Column<ReleaseRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow();
  return [
    {
      key: 'release',
      title: t('releases.release'),
      cell: (r) => (
        <NameCell below={withProject ? r.namespace : r.name}>
          <Link
            to="/projects/$project/releases/$release"
            params={{ project: r.namespace, release: r.name }}
            search={past ? { uid: r.uid } : {}}
          >
            {r.service}
          </Link>
        </NameCell>
      ),
    },
    { key: 'versions', title: t('releases.versions'), cell: (r) => `${r.principal} → ${r.candidate}` },
    { key: 'state', title: t('releases.state'), cell: (r) => <PhaseWord phase={r.phase} />, width: '140px' },
    { key: 'weight', title: t('releases.weight'), number: true, cell: (r) => `${figures.number(r.weight)} %`, width: '90px' },
    { key: 'why', title: t('releases.why'), cell: (r) => r.why, width: '42%', wide: true },
    {
      key: 'when',
      title: t(past ? 'releases.ended' : 'releases.started'),
      number: true,
      cell: (r) => figures.ago(past ? r.endedAt : r.startedAt, now),
      width: '110px',
      wide: true,
    },
  ];
}
