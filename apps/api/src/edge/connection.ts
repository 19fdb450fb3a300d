import type { Type } from '@nestjs/common';
import { ArgsType, Field, Int, ObjectType } from '@nestjs/graphql';
import { InvalidInput } from './input.js';

export const DEFAULT_PAGE = 50;
export const LARGEST_PAGE = 1_000;

@ObjectType()
export class PageInfo {
  @Field(() => Boolean) hasNextPage!: boolean;
  @Field(() => String, { nullable: true, description: 'For `after`.' }) endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: DEFAULT_PAGE, description: 'At most 1000.' }) first: number = DEFAULT_PAGE;
  @Field(() => String, { nullable: true, description: 'The cursor after which the page begins.' }) after?: string;
}

export interface Edge<T> {
  cursor: string;
  node: T;
}

export interface Connection<T> {
  edges: Edge<T>[];
  pageInfo: PageInfo;
  totalCount: number;
}

/** The types of a Relay connection over `node`, named `<name>Connection` and `<name>Edge`. */
export function connectionOf<T>(name: string, node: () => unknown): Type<Connection<T>> {
  @ObjectType(`${name}Edge`)
  class EdgeType implements Edge<T> {
    @Field(() => String) cursor!: string;
    // Nest wants a class or its thunk; an interface type is a class too.
    @Field(node as () => Type<T & object>) node!: T;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionType implements Connection<T> {
    @Field(() => [EdgeType]) edges!: EdgeType[];
    @Field(() => PageInfo) pageInfo!: PageInfo;
    @Field(() => Int, { description: 'Of all pages, as far as you may see them.' }) totalCount!: number;
  }
  return ConnectionType;
}

/**
 * One page of `items` by ascending `keyOf`, which is unique. A cursor is the key of the last item, so pages stay right while items come and go.
 * Throws API_INPUT_INVALID.
 */
export function pageOf<T, N>(items: readonly T[], { first, after }: PageArgs, keyOf: (item: T) => string, toNode: (item: T) => N): Connection<N> {
  if (first < 1 || first > LARGEST_PAGE) throw new InvalidInput('first', `first is ${first}; it has to be from 1 to ${LARGEST_PAGE}.`);
  const sorted = items.map((item) => ({ key: keyOf(item), item })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const last = after === undefined ? undefined : keyIn(after);
  const start = last === undefined ? 0 : sorted.findIndex(({ key }) => key > last);
  const page = start < 0 ? [] : sorted.slice(start, start + first);
  const edges = page.map(({ key, item }) => ({ cursor: Buffer.from(key).toString('base64url'), node: toNode(item) }));
  const hasNextPage = start >= 0 && start + first < sorted.length;
  return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null }, totalCount: items.length };
}

function keyIn(cursor: string): string {
  const key = cursor.length <= 1_000 ? Buffer.from(cursor, 'base64url').toString('utf8') : '';
  if (key === '' || Buffer.from(key).toString('base64url') !== cursor) throw new InvalidInput('after', 'after is not a cursor.', 'Take it from pageInfo.endCursor or from an edge.');
  return key;
}
