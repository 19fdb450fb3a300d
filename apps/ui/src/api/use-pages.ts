import { useEffect, useMemo, useRef, useState } from 'react';
import { type AnyVariables, type TypedDocumentNode, useClient } from 'urql';
import { type Answer, useAnswer } from './use-answer';

export interface Pages<Node> {
  answer: Answer<unknown>;
  rows: Node[];
  total: number | undefined;
  /** Undefined when there are no more. */
  more: { loading: boolean; load: () => void } | undefined;
  again: () => void;
}

interface PageOf<Node> {
  nodes: Node[];
  endCursor: string | null;
  totalCount?: number;
}

/** A list of the API page by page. `page` finds it in an answer, `behind` makes the variables of the page behind a cursor. */
export function usePages<T, V extends AnyVariables, Node>(
  query: TypedDocumentNode<T, V>,
  variables: V,
  page: (data: T) => PageOf<Node>,
  behind: (variables: V, cursor: string) => V,
): Pages<Node> {
  const client = useClient();
  const first = useAnswer(query, variables);
  const [later, setLater] = useState<PageOf<Node>[]>([]);
  const [loading, setLoading] = useState(false);
  const key = JSON.stringify(variables);
  const wanted = useRef(key);
  wanted.current = key;
  const head = first.state === 'here' ? page(first.data) : undefined;
  const headCursor = head?.endCursor;
  // Later pages belong to one first page: another filter, or a first page that has changed, begins anew.
  useEffect(() => setLater([]), [key, headCursor]);
  const rows = useMemo(() => [...(head?.nodes ?? []), ...later.flatMap((p) => p.nodes)], [head, later]);
  const cursor = later.length > 0 ? later.at(-1)?.endCursor : headCursor;
  const load = async (): Promise<void> => {
    if (!cursor || loading) return;
    setLoading(true);
    const { data } = await client.query(query, behind(variables, cursor), { requestPolicy: 'network-only' });
    setLoading(false);
    if (data !== undefined && wanted.current === key) setLater((have) => [...have, page(data)]);
  };
  return {
    answer: first,
    rows,
    total: head?.totalCount,
    more: cursor ? { loading, load: () => void load() } : undefined,
    again: first.again,
  };
}
