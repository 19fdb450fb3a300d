import { useEffect, useState } from 'react';

/** The present in milliseconds, told again every `everyMs`, so that "3 min ago" stays true on a quiet page. */
export function useNow(everyMs = 5_000): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
