import { Button } from '@mantine/core';
import { type Column, ConfirmByName, DataTable, EmptyState, Panel, useNow } from '@tidegate/ui-kit';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { MyTokensDocument, RevokeTokenDocument, type TokenRowFragment } from '../../api/generated/documents';
import { useAnswer } from '../../api/use-answer';
import { useSubmit } from '../../forms/use-submit';
import { useText } from '../../i18n/use-text';
import { Failed } from '../../shell/page-states';
import { TokenCreate } from './token-create';

/** Tokens for programs; each can be taken back. */
export function TokensPanel() {
  const { t } = useText();
  const answer = useAnswer(MyTokensDocument, {});
  const [creating, setCreating] = useState(false);
  const [revoking, setRevoking] = useState<TokenRowFragment>();
  const columns = useColumns(setRevoking);
  const create = (
    <Button size="compact-sm" variant="default" leftSection={<IconPlus size={14} />} onClick={() => setCreating(true)}>
      {t('tokens.create')}
    </Button>
  );
  return (
    <Panel title={t('tokens.title')} aside={create} flush>
      {answer.state === 'failed' && <Failed problem={answer.problem} again={answer.again} />}
      {answer.state === 'here' && (
        <DataTable
          bare
          label={t('tokens.title')}
          columns={columns}
          rows={answer.data.tokens}
          rowKey={(token) => token.id}
          empty={
            <EmptyState icon={<IconKey size={20} />} title={t('tokens.empty')}>
              {t('tokens.emptyText')}
            </EmptyState>
          }
        />
      )}
      <TokenCreate opened={creating} onClose={() => setCreating(false)} />
      <TokenRevoke token={revoking} onClose={() => setRevoking(undefined)} />
    </Panel>
  );
}

function useColumns(revoke: (token: TokenRowFragment) => void): Column<TokenRowFragment>[] {
  const { t, figures } = useText();
  const now = useNow(30_000);
  return [
    { key: 'name', title: t('tokens.name'), cell: (token) => <b>{token.name}</b> },
    { key: 'scopes', title: t('tokens.scopes'), cell: (token) => token.scopes.map((scope) => t(`tokens.scope.${scope}`)).join(', ') },
    { key: 'workspace', title: t('tokens.workspace'), wide: true, cell: (token) => token.workspace ?? t('tokens.everywhere') },
    { key: 'used', title: t('tokens.used'), number: true, wide: true, cell: (token) => figures.ago(token.lastUsedAt, now) },
    { key: 'expires', title: t('tokens.expires'), number: true, cell: (token) => figures.date(token.expiresAt) },
    {
      key: 'more',
      title: '',
      width: '110px',
      number: true,
      cell: (token) => (
        <Button
          size="compact-xs"
          variant="subtle"
          color="bad"
          aria-label={t('tokens.revokeOf', { name: token.name })}
          onClick={() => revoke(token)}
        >
          {t('tokens.revoke')}
        </Button>
      ),
    },
  ];
}

function TokenRevoke({ token, onClose }: { token: TokenRowFragment | undefined; onClose: () => void }) {
  const { t } = useText();
  const name = token?.name ?? '';
  const { busy, problem, submit, forget } = useSubmit(RevokeTokenDocument, t('tokens.revoked', { name }));
  const close = (): void => {
    forget();
    onClose();
  };
  const confirm = async (): Promise<void> => {
    if (token && (await submit({ id: token.id }))) close();
  };
  return (
    <ConfirmByName
      opened={token !== undefined}
      title={t('tokens.revokeOf', { name })}
      name={name}
      action={t('tokens.revoke')}
      busy={busy}
      problem={problem?.sentence}
      onClose={close}
      onConfirm={() => void confirm()}
    >
      {t('tokens.revokeAbout')}
    </ConfirmByName>
  );
}
