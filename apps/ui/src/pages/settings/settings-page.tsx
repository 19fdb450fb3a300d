import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { EmptyState, Facts, PageHeader, Panel } from '@tidegate/ui-kit';
import { IconUserPlus } from '@tabler/icons-react';
import { MySessionsDocument } from '../../api/generated/documents';
import { useAnswer } from '../../api/use-answer';
import { useText } from '../../i18n/use-text';
import { type Me, useMe } from '../../session/use-me';
import { Failed, Waiting } from '../../shell/page-states';
import { KubectlPanel } from './kubectl-panel';
import { PasswordPanel } from './password-panel';
import { SessionsPanel } from './sessions-panel';
import { TokensPanel } from './tokens-panel';

/** What belongs to whoever is signed in. */
export function SettingsPage() {
  const { t } = useText();
  const me = useMe();
  return (
    <>
      <PageHeader title={t('places.settings')} about={t('settings.about')} />
      {me === undefined ? (
        <Waiting />
      ) : (
        <>
          <Panel title={t('settings.you')}>
            <Facts
              facts={[
                { name: t('signIn.account'), value: me.id },
                { name: t('accounts.displayName'), value: me.displayName || '–' },
                { name: t('places.groups'), value: me.groups.join(', ') || '–' },
                { name: t('settings.kubernetesUser'), value: <code>{me.kubernetesUser}</code> },
              ]}
            />
          </Panel>
          {me.hasAccounts && <Belongings me={me} />}
        </>
      )}
    </>
  );
}

/** Tokens, sessions and a password: of accounts. The owner of an instance signs in by its folder and has none of them. */
function Belongings({ me }: { me: Me }) {
  const answer = useAnswer(MySessionsDocument, {});
  if (answer.state === 'waiting') return null;
  if (answer.state === 'failed') return <Failed problem={answer.problem} again={answer.again} />;
  const { sessions } = answer.data;
  if (!sessions.some((s) => s.current)) return <OwnerOnly me={me} />;
  return (
    <>
      <TokensPanel />
      <KubectlPanel />
      <SessionsPanel sessions={sessions} />
      <PasswordPanel />
    </>
  );
}

function OwnerOnly({ me }: { me: Me }) {
  const { t } = useText();
  const action = me.administrator && (
    <Button component={Link} to="/platform/accounts" variant="default">
      {t('settings.toAccounts')}
    </Button>
  );
  return (
    <Panel label={t('settings.owner')}>
      <EmptyState icon={<IconUserPlus size={20} />} title={t('settings.owner')} action={action}>
        {t('settings.ownerText')}
      </EmptyState>
    </Panel>
  );
}
