import { Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconDeviceDesktop, IconLanguage, IconMoon, IconSettings, IconSun } from '@tabler/icons-react';
import { LANGUAGES, type Language, setLanguage } from '../i18n/language';
import { useText } from '../i18n/use-text';
import styles from './shell.module.css';

const SCHEMES = [
  ['light', IconSun],
  ['dark', IconMoon],
  ['auto', IconDeviceDesktop],
] as const;

/** Theme and language, at the foot of the navigation. */
export function Preferences() {
  const { t, locale } = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const words = { light: t('shell.light'), dark: t('shell.dark'), auto: t('shell.system') };
  return (
    <Menu position="top-start" width={208}>
      <Menu.Target>
        <button type="button" className={styles.person}>
          <IconSettings size={16} stroke={1.7} aria-hidden="true" />
          <span>{t('shell.preferences')}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
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
        <Menu.Divider />
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
      </Menu.Dropdown>
    </Menu>
  );
}
