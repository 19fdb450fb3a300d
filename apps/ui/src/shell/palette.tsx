import '@mantine/spotlight/styles.css';
import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData, createSpotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import { SearchDocument } from '../api/generated/documents';
import { useAnswer } from '../api/use-answer';
import { useText } from '../i18n/use-text';
import type { Place } from './places';
import { pathOfHit } from './search-hit';

const [store, spotlight] = createSpotlight();
const LEAST_LETTERS = 2;

/** Everything by a few letters: places, and whatever the API finds. Loaded when it is first asked for; `asked` rises with each wish to see it. */
export function Palette({ asked, places }: { asked: number; places: readonly Place[] }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  useEffect(() => spotlight.open(), [asked]);
  const found = useFound(query);
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
      actions={[...actions, ...found]}
      query={query}
      onQueryChange={setQuery}
      nothingFound={t('shell.nothingFound')}
      centered={false}
      shortcut={null}
      limit={20}
      scrollable
      searchProps={{ leftSection: <IconSearch size={17} />, placeholder: t('shell.palette'), 'aria-label': t('shell.palette'), maxLength: 100 }}
    />
  );
}

function useFound(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const [text] = useDebouncedValue(query.trim(), 150);
  const answer = useAnswer(SearchDocument, { text }, { pause: text.length < LEAST_LETTERS });
  const hits = answer.state === 'here' && text.length >= LEAST_LETTERS ? answer.data.search : [];
  return hits.flatMap((hit) => {
    const to = pathOfHit(hit);
    if (to === undefined) return [];
    const description = [hit.kind, hit.namespace].filter(Boolean).join(' · ');
    return [{ id: hit.id, label: hit.name, description, onClick: () => void navigate({ to }) }];
  });
}
