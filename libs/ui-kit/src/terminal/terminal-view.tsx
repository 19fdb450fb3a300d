import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import styles from './terminal.module.css';

/** The other end of a terminal. */
export interface TerminalLine {
  send: (data: string) => void;
  resize: (columns: number, rows: number) => void;
  close: () => void;
}

/** What the other end tells. */
export interface TerminalScreen {
  write: (data: string | Uint8Array) => void;
  columns: number;
  rows: number;
}

const SCROLLBACK_LINES = 5_000;

/** A terminal that fits its box. `open` is called once for each mount; its line is closed with it. */
export function TerminalView({ label, open }: { label: string; open: (screen: TerminalScreen) => TerminalLine }) {
  const box = useRef<HTMLDivElement>(null);
  const terminal = useRef<Terminal>(undefined);
  const opener = useRef(open);
  opener.current = open;
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = box.current;
    if (!element) return undefined;
    const made = new Terminal({
      fontFamily: 'JetBrains Mono Variable, monospace',
      fontSize: 13,
      cursorBlink: true,
      scrollback: SCROLLBACK_LINES,
      screenReaderMode: true,
    });
    const fit = new FitAddon();
    made.loadAddon(fit);
    made.open(element);
    made.textarea?.setAttribute('aria-label', label);
    fit.fit();
    terminal.current = made;
    const line = opener.current({ write: (data) => made.write(data), columns: made.cols, rows: made.rows });
    const typed = made.onData((data) => line.send(data));
    const sized = made.onResize(({ cols, rows }) => line.resize(cols, rows));
    const observer = new ResizeObserver(() => fit.fit());
    observer.observe(element);
    made.focus();
    return () => {
      observer.disconnect();
      typed.dispose();
      sized.dispose();
      line.close();
      made.dispose();
    };
  }, [label]);
  useEffect(() => {
    const element = box.current;
    if (!element || !terminal.current) return;
    const colour = (name: string): string => getComputedStyle(element).getPropertyValue(`--${name}`).trim();
    terminal.current.options.theme = {
      background: colour('panel'),
      foreground: colour('ink'),
      cursor: colour('tide'),
      selectionBackground: `${colour('tide')}44`,
    };
  }, [scheme, label]);
  return <div ref={box} className={styles.terminal} role="group" aria-label={label} />;
}
