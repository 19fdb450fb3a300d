import { conditionOf, type Condition, type Finding } from '@tidegate/serving-contract';

export const isTrue = (type: string): Finding => ({ type, status: 'True' });
export const isFalse = (type: string, reason: string, message = ''): Finding => ({ type, status: 'False', reason, message });
export const isUnknown = (type: string, reason = '', message = ''): Finding => ({ type, status: 'Unknown', reason, message });

/** What was said before, or Unknown. */
export function asBefore(conditions: readonly Condition[] | undefined, type: string): Finding {
  return said(conditionOf(conditions, type), type) ?? isUnknown(type);
}

/** What another object's condition says, under another name; undefined when it says nothing. */
export function said(condition: Condition | undefined, type: string): Finding | undefined {
  if (!condition) return undefined;
  const { status, reason = '', message = '' } = condition;
  return { type, status, reason, message };
}
