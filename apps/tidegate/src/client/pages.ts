import type { Connection } from './connection.js';

interface Page<T> {
  edges: { node: T }[];
  pageInfo: { hasNextPage: boolean; endCursor: string | null };
}

/** All of a connection, page by page. */
export async function allOf<T>(api: Connection, query: string, field: string): Promise<T[]> {
  const found: T[] = [];
  for (let after: string | null = null; ; ) {
    const data: Record<string, Page<T>> = await api.ask<Record<string, Page<T>>>(query, { after });
    const page: Page<T> | undefined = data[field];
    found.push(...(page?.edges ?? []).map(({ node }) => node));
    if (!page?.pageInfo.hasNextPage) return found;
    after = page.pageInfo.endCursor;
  }
}
