import { type LogLine, keepLines } from '@tidegate/ui-kit';
import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { type FollowLogsSubscription, type LogInput, FollowLogsDocument } from '../../../api/generated/documents';
import { type Problem, toProblem } from '../../../api/problem';
import { useText } from '../../../i18n/use-text';
import { newerLines } from './newer-lines';

/** Batches that come within this time are drawn together. */
const DRAW_MS = 100;

/** Lines of a container as they are written. The stream is taken up again after the API was away. */
export function useLog({ namespace, pod, container, previous, tail }: Required<Pick<LogInput, 'namespace' | 'pod'>> & { container: string; previous: boolean; tail: number }): {
  lines: readonly LogLine[];
  problem: Problem | undefined;
} {
  const { t } = useText();
  const client = useClient();
  const [lines, setLines] = useState<readonly LogLine[]>([]);
  const [problem, setProblem] = useState<Problem>();
  useEffect(() => {
    let waiting: FollowLogsSubscription['logs']['lines'] = [];
    let last = '';
    let next = 0;
    setLines([]);
    setProblem(undefined);
    const draw = (): void => {
      if (waiting.length === 0) return;
      const found = newerLines(waiting, last);
      waiting = [];
      last = found.last;
      const more = found.texts.map((text): LogLine => ({ id: next++, text }));
      setLines((kept) => keepLines(kept, more));
    };
    const timer = setInterval(draw, DRAW_MS);
    const input = { namespace, pod, previous, tail, ...(container && { container }) };
    const { unsubscribe } = client.subscription(FollowLogsDocument, { input }).subscribe(({ data, error }) => {
      if (data) waiting = [...waiting, ...data.logs.lines];
      if (error) setProblem(toProblem(error, t('shell.away')));
    });
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [client, namespace, pod, container, previous, tail, t]);
  return { lines, problem };
}
