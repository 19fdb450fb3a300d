import { NumberInput, Slider } from '@mantine/core';
import type { ReactNode } from 'react';
import type { ChartTone } from '../chart/chart-options';
import { rebalance } from './rebalance';
import styles from './split-editor.module.css';

export interface SplitPart {
  key: string;
  label: string;
  tone: ChartTone;
  percent: number;
  below?: ReactNode;
}

/** Where the traffic goes, as one bar. */
export function SplitBar({ parts, label }: { parts: readonly SplitPart[]; label: string }) {
  const words = parts.map((p) => `${p.label} ${p.percent} %`).join(', ');
  return (
    <div className={styles.bar} role="img" aria-label={`${label}: ${words}`}>
      {parts
        .filter((p) => p.percent > 0)
        .map((p) => (
          <div key={p.key} style={{ flexGrow: p.percent, background: `var(--${p.tone})` }} title={`${p.label} ${p.percent} %`} />
        ))}
    </div>
  );
}

interface SplitEditorProps {
  label: string;
  parts: readonly SplitPart[];
  disabled?: boolean;
  onChange: (percents: Map<string, number>) => void;
}

/** Moves traffic between targets; the sum stays 100. */
export function SplitEditor({ label, parts, disabled = false, onChange }: SplitEditorProps) {
  const set = (key: string, percent: number): void => onChange(new Map(rebalance(parts, key, percent).map((s) => [s.key, s.percent])));
  return (
    <fieldset className={styles.editor} disabled={disabled}>
      <legend>{label}</legend>
      <SplitBar parts={parts} label={label} />
      {parts.map((part) => (
        <div key={part.key} className={styles.row}>
          <div className={styles.name}>
            <i style={{ background: `var(--${part.tone})` }} />
            <span>{part.label}</span>
            {part.below && <small>{part.below}</small>}
          </div>
          <Slider
            value={part.percent}
            onChange={(v) => set(part.key, v)}
            disabled={disabled}
            label={null}
            thumbLabel={part.label}
            size="sm"
          />
          <NumberInput
            aria-label={`${part.label} %`}
            value={part.percent}
            min={0}
            max={100}
            suffix=" %"
            disabled={disabled}
            allowDecimal={false}
            onChange={(v) => typeof v === 'number' && set(part.key, v)}
            w={92}
          />
        </div>
      ))}
    </fieldset>
  );
}
