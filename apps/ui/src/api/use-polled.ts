import { useEffect, useRef } from 'react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { type Answer, useAnswer } from './use-answer';

/** For figures that change every second and that no subscription tells: asked again while somebody looks. */
export function usePolled<T, V extends AnyVariables>(
  query: TypedDocumentNode<T, V>,
  variables: V,
  everyMs: number,
  options: { pause?: boolean } = {},
): Answer<T> {
  const { again, ...answer } = useAnswer(query, variables, options);
  const newest = useRef(again);
  newest.current = again;
  const pause = options.pause ?? false;
  useEffect(() => {
    if (pause) return undefined;
    const timer = setInterval(() => document.visibilityState === 'visible' && newest.current(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, pause]);
  return answer;
}
