import type { ReactNode } from 'react';
import { PageHeader } from '@tidegate/ui-kit';
import { Preferences } from '../shell/preferences';
import { Sign } from '../shell/brand';
import styles from './door.module.css';

/** What stands before the console: one panel in the middle. */
export function Door({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <div className={styles.door}>
      <main className={styles.panel}>
        <div className={styles.sign}>
          <Sign size={34} />
        </div>
        <PageHeader title={title} about={about} />
        {children}
      </main>
      <div className={styles.foot}>
        <Preferences />
      </div>
    </div>
  );
}
