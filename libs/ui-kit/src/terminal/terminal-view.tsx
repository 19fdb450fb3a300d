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
  /** `shown` is called once it is on the screen. */
  write: (data: Uint8Array, shown: () => void) => void;
  columns: number;
  rows: number;
}

const SCROLLBACK_LINES = 5_000;
/** Programs choose their colours for black screens. */
const LEAST_CONTRAST = 4.5;

interface TerminalViewProps {
  label: string;
  /** Called once for each mount; its line is closed with it. */
  open: (screen: TerminalScreen) => TerminalLine;
  /** For programs that write to no terminal: they end lines by a line feed alone. */
  convertEol?: boolean;
}

/** A terminal that fits its box. */
export function TerminalView({ label, open, convertEol = false }: TerminalViewProps) {
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
      minimumContrastRatio: LEAST_CONTRAST,
      convertEol,
    });
    const fit = new FitAddon();
    made.loadAddon(fit);
    made.open(element);
    made.textarea?.setAttribute('aria-label', label);
    fit.fit();
    terminal.current = made;
    const line = opener.current({ write: (data, shown) => made.write(data, shown), columns: made.cols, rows: made.rows });
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
  }, [label, convertEol]);
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
  }, [scheme, label, convertEol]);
  return <div ref={box} className={styles.terminal} role="group" aria-label={label} />;
}
