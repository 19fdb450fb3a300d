import '@mantine/spotlight/styles.css';
import { Spotlight, createSpotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo } from 'react';
import { useText } from '../i18n/use-text';
import type { Place } from './places';

const [store, spotlight] = createSpotlight();

/** Everything by a few letters. Loaded when it is first asked for; `asked` rises with each wish to see it. */
export function Palette({ asked, places }: { asked: number; places: readonly Place[] }) {
  const { t } = useText();
  const navigate = useNavigate();
  useEffect(() => spotlight.open(), [asked]);
  const actions = useMemo(
    () =>
      places.map(({ word, to, icon: Icon, key }) => ({
        id: to,
        label: t(`places.${word}`),
        leftSection: <Icon size={17} stroke={1.7} />,
        rightSection: <kbd>g {key}</kbd>,
        onClick: () => void navigate({ to }),
      })),
    [t, navigate, places],
  );
  return (
    <Spotlight
      store={store}
      actions={actions}
      nothingFound={t('shell.nothingFound')}
      centered={false}
      shortcut={null}
      limit={12}
      scrollable
      searchProps={{ leftSection: <IconSearch size={17} />, placeholder: t('shell.palette'), 'aria-label': t('shell.palette') }}
    />
  );
}
