import { Link } from '@tanstack/react-router';
import { IconSearch } from '@tabler/icons-react';
import { useConnection } from '../api/connection';
import { useText } from '../i18n/use-text';
import { crumbsOf } from './crumbs';
import styles from './shell.module.css';

/** The way here, the door to everywhere, and whether what is seen is live. */
export function TopBar({ pathname, onSearch }: { pathname: string; onSearch: () => void }) {
  const { t } = useText();
  const connection = useConnection();
  const crumbs = crumbsOf(pathname);
  return (
    <>
      <nav className={styles.crumbs} aria-label={t('shell.place')}>
        <ol>
          {crumbs.map((crumb, index) => {
            const text = 'name' in crumb.text ? crumb.text.name : t(`places.${crumb.text.place}`);
            return (
              <li key={crumb.to ?? index}>
                {crumb.to === undefined ? <span aria-current="page">{text}</span> : <Link to={crumb.to}>{text}</Link>}
              </li>
            );
          })}
        </ol>
      </nav>
      <button type="button" className={styles.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <IconSearch size={15} aria-hidden="true" />
        <span>{t('shell.search')}</span>
        <kbd>Ctrl K</kbd>
      </button>
      <span role="status" className={styles.state} data-state={connection}>
        <span>{connection === 'live' ? t('shell.live') : ''}</span>
      </span>
    </>
  );
}
