import { PageHeader, Facts, Panel } from '@tidegate/ui-kit';
import { useText } from '../../i18n/use-text';
import { useMe } from '../../session/use-me';
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
      {me && (
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
      )}
      {me?.hasAccounts && (
        <>
          <TokensPanel />
          <SessionsPanel />
          <PasswordPanel />
        </>
      )}
    </>
  );
}
