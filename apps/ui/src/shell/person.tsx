import { Menu, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import {
  IconCheck,
  IconDeviceDesktop,
  IconLanguage,
  IconLogout,
  IconMoon,
  IconSelector,
  IconSettings,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react';
import { LANGUAGES, type Language, setLanguage } from '../i18n/language';
import { useText } from '../i18n/use-text';
import { signOut, useAuth } from '../session/auth';
import styles from './shell.module.css';

/** Who is signed in, at the foot of the navigation: settings, theme, language, and the way out. */
export function Person() {
  const { t } = useText();
  const { signedIn } = useAuth();
  const { id = '', displayName } = signedIn ?? {};
  // What is seen is part of the name, for those who speak to the browser.
  const label = [displayName, t('shell.person', { name: id })].filter(Boolean).join(', ');
  return (
    <Menu position="top-start" width={208}>
      <Menu.Target>
        <button type="button" className={styles.person} aria-label={label}>
          <IconUserCircle size={18} stroke={1.6} aria-hidden="true" />
          <span>{displayName || id}</span>
          <IconSelector size={14} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/settings" leftSection={<IconSettings size={15} />}>
          {t('places.settings')}
        </Menu.Item>
        <Menu.Divider />
        <Choices />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={15} />} onClick={() => void signOut()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = [
  ['light', IconSun],
  ['dark', IconMoon],
  ['auto', IconDeviceDesktop],
] as const;

/** Items for theme and language. */
export function Choices() {
  const { t, locale } = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const words = { light: t('shell.light'), dark: t('shell.dark'), auto: t('shell.system') };
  return (
    <>
      <Menu.Label>{t('shell.theme')}</Menu.Label>
      {SCHEMES.map(([scheme, Icon]) => (
        <Menu.Item
          key={scheme}
          leftSection={<Icon size={15} />}
          rightSection={colorScheme === scheme ? <IconCheck size={14} /> : undefined}
          onClick={() => setColorScheme(scheme)}
        >
          {words[scheme]}
        </Menu.Item>
      ))}
      <Menu.Label>{t('shell.language')}</Menu.Label>
      {(Object.entries(LANGUAGES) as [Language, string][]).map(([language, name]) => (
        <Menu.Item
          key={language}
          lang={language}
          leftSection={<IconLanguage size={15} />}
          rightSection={locale === language ? <IconCheck size={14} /> : undefined}
          onClick={() => void setLanguage(language)}
        >
          {name}
        </Menu.Item>
      ))}
    </>
  );
}
