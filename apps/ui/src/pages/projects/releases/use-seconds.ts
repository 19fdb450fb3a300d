import { useEffect, useState } from 'react';
import { RecentSignalsDocument, SignalSecondsDocument } from '../../../api/generated/documents';
import { useAnswer, useLive } from '../../../api/use-answer';
import { SECONDS_KEPT, type SignalSecond, joinSeconds } from './seconds';

/** Recent seconds of a Service first, then each new one as it closes. */
export function useSeconds(namespace: string, service: string): SignalSecond[] {
  const recent = useAnswer(RecentSignalsDocument, { namespace, service, seconds: SECONDS_KEPT });
  const live = useLive(SignalSecondsDocument, { namespace, service });
  const [seconds, setSeconds] = useState<SignalSecond[]>([]);
  const told = recent.state === 'here' ? recent.data.signals : undefined;
  const newest = live.state === 'here' ? live.data.signals : undefined;
  useEffect(() => setSeconds((have) => (told ? joinSeconds(told, have) : have)), [told]);
  useEffect(() => setSeconds((have) => (newest ? joinSeconds(have, [newest]) : have)), [newest]);
  return seconds;
}
