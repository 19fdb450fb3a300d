import { ActionIcon, Badge, Group, Menu, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useNavigate, useSearch } from '@tanstack/react-router';
import {
  type Column,
  DataTable,
  EmptyState,
  GuardedButton,
  GuardedItem,
  NameCell,
  PageHeader,
  StatusWord,
  toastDone,
  toastProblem,
  useNow,
} from '@tidegate/ui-kit';
import { IconDots, IconPlus, IconRobot, IconSearch, IconUser } from '@tabler/icons-react';
import { useState } from 'react';
import { type AccountRowFragment, AccountsDocument, SetAccountEnabledDocument } from '../../api/generated/documents';
import { useAction } from '../../api/use-answer';
import { usePages } from '../../api/use-pages';
import { useText } from '../../i18n/use-text';
import { usePlatformPermissions } from '../../session/use-me';
import { Failed, Waiting } from '../../shell/page-states';
import { SEARCH_FIELD } from '../../shell/use-shortcuts';
import { AccountCreate } from './account-create';
import { AccountDelete } from './account-delete';
import { PasswordReset } from './password-reset';

type Asked = { what: 'create' } | { what: 'delete' | 'reset'; account: AccountRowFragment };

/** Everybody who may sign in, and machines with tokens. */
export function AccountsPage() {
  const { t } = useText();
  const { find } = useSearch({ from: '/inside/platform/accounts' });
  const [asked, setAsked] = useState<Asked>();
  const pages = usePages(
    AccountsDocument,
    { search: find },
    (data) => data.accounts,
    (variables, after) => ({ ...variables, after }),
  );
  const can = usePlatformPermissions();
  const columns = useColumns(setAsked, can);
  const close = (): void => setAsked(undefined);
  return (
    <>
      <PageHeader
        title={t('places.accounts')}
        about={t('accounts.about')}
        actions={
          <GuardedButton
            can={can('createAccount')}
            variant="filled"
            leftSection={<IconPlus size={15} />}
            onClick={() => setAsked({ what: 'create' })}
          >
            {t('accounts.create')}
          </GuardedButton>
        }
      />
      {pages.answer.state === 'waiting' && <Waiting />}
      {pages.answer.state === 'failed' && <Failed problem={pages.answer.problem} again={pages.again} />}
      {pages.answer.state === 'here' && (
        <DataTable
          label={t('places.accounts')}
          columns={columns}
          rows={pages.rows}
          rowKey={(a) => a.id}
          total={pages.total}
          more={pages.more}
          tools={<Search find={find} />}
          empty={<EmptyState title={find === undefined ? t('accounts.empty') : t('kit.noMatch')}>{t('accounts.emptyText')}</EmptyState>}
        />
      )}
      <AccountCreate opened={asked?.what === 'create'} onClose={close} />
      <AccountDelete account={asked?.what === 'delete' ? asked.account : undefined} onClose={close} />
      <PasswordReset account={asked?.what === 'reset' ? asked.account : undefined} onClose={close} />
    </>
  );
}

const PAUSE_MS = 250;

function Search({ find }: { find: string | undefined }) {
  const { t } = useText();
  const navigate = useNavigate();
  const [text, setText] = useState(find ?? '');
  const search = useDebouncedCallback(
    (value: string) => void navigate({ to: '.', search: { find: value || undefined }, replace: true }),
    PAUSE_MS,
  );
  return (
    <TextInput
      {...SEARCH_FIELD}
      type="search"
      aria-label={t('accounts.search')}
      placeholder={t('accounts.search')}
      leftSection={<IconSearch size={15} />}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value);
        search(event.currentTarget.value);
      }}
      w={260}
    />
  );
}

function useColumns(ask: (asked: Asked) => void, can: ReturnType<typeof usePlatformPermissions>): Column<AccountRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow(30_000);
  return [
    {
      key: 'account',
      title: t('signIn.account'),
      cell: (a) => (
        <Group gap="xs" wrap="nowrap">
          {a.kind === 'MACHINE' ? (
            <IconRobot size={17} aria-label={t('accounts.machine')} />
          ) : (
            <IconUser size={17} aria-label={t('accounts.person')} />
          )}
          <NameCell below={[a.displayName, a.email].filter(Boolean).join(' · ')}>
            <b>{a.name}</b>
          </NameCell>
        </Group>
      ),
    },
    {
      key: 'groups',
      title: t('places.groups'),
      wide: true,
      cell: (a) => (
        <Group gap={4}>
          {a.groups.map((group) => (
            <Badge key={group} variant="default" size="sm" tt="none" fw={500}>
              {group}
            </Badge>
          ))}
        </Group>
      ),
    },
    {
      key: 'state',
      title: t('releases.state'),
      width: '140px',
      cell: (a) =>
        a.disabled ? (
          <StatusWord tone="quiet">{t('accounts.disabled')}</StatusWord>
        ) : (
          <StatusWord tone="good">{t('accounts.enabled')}</StatusWord>
        ),
    },
    {
      key: 'login',
      title: t('accounts.lastLogin'),
      number: true,
      wide: true,
      width: '130px',
      cell: (a) => figures.ago(a.lastLoginAt, now),
    },
    { key: 'more', title: '', width: '56px', number: true, cell: (a) => <More account={a} ask={ask} can={can} /> },
  ];
}

function More({
  account,
  ask,
  can,
}: {
  account: AccountRowFragment;
  ask: (asked: Asked) => void;
  can: ReturnType<typeof usePlatformPermissions>;
}) {
  const { t } = useText();
  const { act } = useAction(SetAccountEnabledDocument);
  const { name, disabled } = account;
  const toggle = async (): Promise<void> => {
    const outcome = await act({ name, enabled: disabled });
    if (outcome.done) toastDone(disabled ? t('accounts.enabledDone', { name }) : t('accounts.disabledDone', { name }));
    else toastProblem(outcome.problem.sentence, outcome.problem.remedy);
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t('accounts.actions', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {account.kind === 'PERSON' && (
          <GuardedItem can={can('updateAccounts')} onClick={() => ask({ what: 'reset', account })}>
            {t('accounts.reset')}
          </GuardedItem>
        )}
        <GuardedItem can={can('updateAccounts')} onClick={() => void toggle()}>
          {disabled ? t('accounts.enable') : t('accounts.disable')}
        </GuardedItem>
        <GuardedItem can={can('deleteAccounts')} color="bad" onClick={() => ask({ what: 'delete', account })}>
          {t('accounts.delete')}
        </GuardedItem>
      </Menu.Dropdown>
    </Menu>
  );
}
