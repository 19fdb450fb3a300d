import { Pill, SegmentedControl, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useText } from '../../i18n/use-text';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import type { ReleaseSearch } from './release-filter';

/** Which of them are listed; all of it is in the address. */
export function ReleaseTools({ search }: { search: ReleaseSearch }) {
  const { t } = useText();
  const navigate = useNavigate();
  const set = (change: ReleaseSearch): void => void navigate({ to: '.', search: { ...search, ...change }, replace: true });
  return (
    <>
      <TextInput
        {...SEARCH_FIELD}
        type="search"
        aria-label={t('releases.search')}
        placeholder={t('releases.search')}
        leftSection={<IconSearch size={15} />}
        value={search.find ?? ''}
        onChange={(event) => set({ find: event.currentTarget.value || undefined })}
        w={260}
      />
      <SegmentedControl
        aria-label={t('releases.filter')}
        value={search.show ?? 'any'}
        onChange={(value) => set({ show: value === 'running' || value === 'finished' ? value : undefined })}
        data={[
          { value: 'any', label: t('releases.any') },
          { value: 'running', label: t('releases.running') },
          { value: 'finished', label: t('releases.finished') },
        ]}
      />
      {search.service !== undefined && (
        <Pill
          withRemoveButton
          onRemove={() => set({ service: undefined })}
          removeButtonProps={{ 'aria-label': t('releases.ofAll'), 'aria-hidden': false, tabIndex: 0 }}
        >
          {t('releases.of', { service: search.service })}
        </Pill>
      )}
    </>
  );
}
