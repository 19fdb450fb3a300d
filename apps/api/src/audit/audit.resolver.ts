import { Inject } from '@nestjs/common';
import { Args, Int, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { TidegateError } from '@tidegate/kernel';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { CurrentCaller } from '../edge/caller.js';
import { AuditFilterInput, AuditPage } from './audit.types.js';
import { requireToRead, toAuditEntry, toFilter } from './read-audit.js';

const MOST_AT_ONCE = 200;

@Resolver()
export class AuditResolver {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  @Query(() => AuditPage, { description: 'Newest first. Of the platform, or of a workspace that you administer.' })
  async audit(
    @CurrentCaller() caller: Caller,
    @Args('filter', { type: () => AuditFilterInput, defaultValue: {} }) filter: AuditFilterInput,
    @Args('first', { type: () => Int, defaultValue: 50 }) first: number,
    @Args('before', { type: () => String, nullable: true }) before?: string,
  ): Promise<AuditPage> {
    await requireToRead(this.ports.rights, caller, filter.workspace);
    if (before !== undefined && !/^\d{1,18}$/.test(before)) {
      throw new TidegateError('API_INPUT_INVALID', 'The argument "before" is not a cursor.', { remedy: 'Take it from endCursor of the page before.' });
    }
    const page = { first: Math.min(Math.max(1, first), MOST_AT_ONCE), before: before === undefined ? undefined : BigInt(before) };
    const { rows, hasMore } = await this.ports.people.store().list(toFilter(filter), page);
    return { nodes: rows.map(toAuditEntry), endCursor: hasMore ? String(rows.at(-1)?.id) : null };
  }
}
