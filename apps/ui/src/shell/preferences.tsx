import { Menu } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useText } from '../i18n/use-text';
import { Choices } from './person';
import styles from './shell.module.css';

/** Theme and language for those who are not signed in. */
export function Preferences() {
  const { t } = useText();
  return (
    <Menu position="top-start" width={208}>
      <Menu.Target>
        <button type="button" className={styles.person}>
          <IconAdjustmentsHorizontal size={16} stroke={1.7} aria-hidden="true" />
          <span>{t('shell.preferences')}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Choices />
      </Menu.Dropdown>
    </Menu>
  );
}
