import { Inject } from '@nestjs/common';
import { Args, ID, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { CurrentCaller } from '../edge/caller.js';
import { PageArgs } from '../edge/connection.js';
import { PodService } from './pod.service.js';
import { ClusterEvent, EventFilterInput, LogInput, LogLines, Pod, PodConnection, PodFilterInput } from './pod.types.js';

const podFilter = { type: () => PodFilterInput };
const eventFilter = { type: () => EventFilterInput };
const first = { type: () => Int, defaultValue: 50, description: 'At most 200.' };
const log = { type: () => LogInput };

@Resolver(() => Pod)
export class PodResolver {
  constructor(@Inject(PodService) private readonly pods: PodService) {}

  @Query(() => PodConnection, { name: 'pods', description: 'By name.' })
  list(@CurrentCaller() caller: Caller, @Args('filter', podFilter) filter: PodFilterInput, @Args() page: PageArgs): Promise<PodConnection> {
    return this.pods.list(caller, filter, page);
  }

  @Query(() => Pod, { nullable: true })
  pod(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<Pod | null> {
    return this.pods.get(caller, id);
  }

  @Subscription(() => PodConnection, { name: 'pods', resolve: (value: PodConnection) => value, description: 'The page, again whenever it changes.' })
  watchPods(@CurrentCaller() caller: Caller, @Args('filter', podFilter) filter: PodFilterInput, @Args() page: PageArgs): AsyncIterableIterator<PodConnection> {
    return this.pods.watch(caller, filter, page);
  }

  @Query(() => [ClusterEvent], { description: 'Newest first.' })
  events(@CurrentCaller() caller: Caller, @Args('filter', eventFilter) filter: EventFilterInput, @Args('first', first) count: number): Promise<ClusterEvent[]> {
    return this.pods.events(caller, filter, count);
  }

  @Subscription(() => [ClusterEvent], { name: 'events', resolve: (value: ClusterEvent[]) => value, description: 'The newest, again whenever there are others.' })
  watchEvents(@CurrentCaller() caller: Caller, @Args('filter', eventFilter) filter: EventFilterInput, @Args('first', first) count: number): AsyncIterableIterator<ClusterEvent[]> {
    return this.pods.watchEvents(caller, filter, count);
  }

  @Query(() => LogLines, { description: 'What a container has written so far.' })
  logs(@CurrentCaller() caller: Caller, @Args('input', log) input: LogInput): Promise<LogLines> {
    return this.pods.logs(caller, input);
  }

  @Subscription(() => LogLines, { name: 'logs', resolve: (value: LogLines) => value, description: 'What a container writes, no faster than it is read.' })
  watchLogs(@CurrentCaller() caller: Caller, @Args('input', log) input: LogInput): Promise<AsyncIterableIterator<LogLines>> {
    return this.pods.watchLogs(caller, input);
  }

  @Mutation(() => Boolean, { description: 'Whatever made it makes another.' })
  deletePod(@CurrentCaller() caller: Caller, @Args('id', { type: () => ID }) id: string): Promise<boolean> {
    return this.pods.delete(caller, id);
  }
}
