import { Inject } from '@nestjs/common';
import { Args, ID, Int, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { CurrentCaller } from '../edge/caller.js';
import { TopologyService } from './topology.service.js';
import { SeriesPoint, Topology } from './topology.types.js';

const namespace = { type: () => String, nullable: true, description: 'One project; all that you may see when absent.' };

@Resolver(() => Topology)
export class TopologyResolver {
  constructor(@Inject(TopologyService) private readonly map: TopologyService) {}

  @Query(() => Topology)
  topology(@CurrentCaller() caller: Caller, @Args('namespace', namespace) of?: string): Promise<Topology> {
    return this.map.draw(caller, of);
  }

  @Subscription(() => Topology, { name: 'topology', resolve: (value: Topology) => value, description: 'Again whenever figures or pods change.' })
  watchTopology(@CurrentCaller() caller: Caller, @Args('namespace', namespace) of?: string): AsyncIterableIterator<Topology> {
    return this.map.watch(caller, of);
  }

  @Query(() => [SeriesPoint], { description: 'Of a service, oldest first, as far back as telemetry remembers.' })
  serviceSeries(
    @CurrentCaller() caller: Caller,
    @Args('id', { type: () => ID }) id: string,
    @Args('seconds', { type: () => Int, defaultValue: 300, description: 'At most 900.' }) seconds: number,
    @Args('step', { type: () => Int, defaultValue: 5, description: 'Seconds of one point.' }) step: number,
  ): Promise<SeriesPoint[]> {
    return this.map.series(caller, id, seconds, step);
  }
}
