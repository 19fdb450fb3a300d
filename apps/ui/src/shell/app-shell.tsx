import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { AppFrame, NavSection, navLinkClass } from '@tidegate/ui-kit';
import { Suspense, lazy, useCallback, useState } from 'react';
import { useConnection } from '../api/connection';
import { useText } from '../i18n/use-text';
import { useMe } from '../session/use-me';
import { Brand } from './brand';
import { type Place, placesFor } from './places';
import { Person } from './person';
import styles from './shell.module.css';
import { TopBar } from './top-bar';
import { useShortcuts } from './use-shortcuts';

// What few sessions ever show is not loaded with the first page.
const SessionEnded = lazy(async () => ({ default: (await import('../session/session-ended')).SessionEnded }));
const Palette = lazy(async () => ({ default: (await import('./palette')).Palette }));

/** What stands around every page. */
export function AppShell() {
  const { t } = useText();
  const { pathname } = useLocation();
  const [asked, setAsked] = useState(0);
  const openPalette = useCallback(() => setAsked((n) => n + 1), []);
  const connection = useConnection();
  const places = placesFor(useMe());
  useShortcuts(places, openPalette);
  return (
    <AppFrame
      place={pathname}
      brand={<Brand />}
      nav={
        <>
          <NavSection>
            <NavLinks places={places.filter((p) => p.section === 'work')} />
          </NavSection>
          {places.some((p) => p.section === 'platform') && (
            <NavSection title={t('places.platform')}>
              <NavLinks places={places.filter((p) => p.section === 'platform')} />
            </NavSection>
          )}
        </>
      }
      foot={<Person />}
      top={<TopBar pathname={pathname} onSearch={openPalette} />}
      banner={
        connection === 'away' && (
          <div className={styles.banner} role="alert">
            {t('shell.away')}
          </div>
        )
      }
    >
      <Outlet />
      {connection === 'signed out' && (
        <Suspense>
          <SessionEnded />
        </Suspense>
      )}
      {asked > 0 && (
        <Suspense>
          <Palette asked={asked} places={places} />
        </Suspense>
      )}
    </AppFrame>
  );
}

function NavLinks({ places }: { places: readonly Place[] }) {
  const { t } = useText();
  return places.map(({ word, to, icon: Icon }) => (
    <li key={to}>
      <Link to={to} className={navLinkClass}>
        <Icon aria-hidden="true" />
        {t(`places.${word}`)}
      </Link>
    </li>
  ));
}
