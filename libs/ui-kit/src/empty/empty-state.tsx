import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useWords } from '../theme/words';
import styles from './empty-state.module.css';

/** One command in a box, and a button that copies it. */
export function Command({ children }: { children: string }) {
  const words = useWords();
  return (
    <div className={styles.command}>
      <code>{children}</code>
      <CopyButton value={children} timeout={1500}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? words.copied : words.copy}>
            <ActionIcon size="sm" aria-label={copied ? words.copied : words.copy} onClick={copy}>
              {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

/** Where there is nothing yet: what would be here, and the one step that brings it. */
export function EmptyState(props: { icon?: ReactNode; title: string; children?: ReactNode; command?: string; action?: ReactNode }) {
  const { icon, title, children, command, action } = props;
  return (
    <div className={styles.empty}>
      {icon && <div className={styles.icon}>{icon}</div>}
      <p className={styles.title}>{title}</p>
      {children && <p className={styles.text}>{children}</p>}
      {command && <Command>{command}</Command>}
      {action}
    </div>
  );
}
