import { Field, Float, ID, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum TopologyNodeKind {
  VERSION = 'VERSION',
  WORKLOAD = 'WORKLOAD',
  OUTSIDE = 'OUTSIDE',
}
registerEnumType(TopologyNodeKind, {
  name: 'TopologyNodeKind',
  valuesMap: {
    VERSION: { description: 'A version of a service.' },
    WORKLOAD: { description: 'A workload that calls and has no address itself.' },
    OUTSIDE: { description: 'What comes through a Gateway, or from a project that you may not see.' },
  },
});

@ObjectType()
export class TopologyNode {
  @Field(() => ID) id!: string;
  @Field(() => TopologyNodeKind) kind!: TopologyNodeKind;
  @Field(() => String, { nullable: true }) namespace!: string | null;
  @Field(() => String, { description: 'Of the service or workload.' }) name!: string;
  @Field(() => String, { nullable: true }) version!: string | null;
  @Field(() => ID, { nullable: true, description: 'The service that the version belongs to, for `service(id:)`.' }) serviceId!: string | null;
  @Field(() => Boolean, { description: 'No pods; the next request wakes it.' }) isAsleep!: boolean;
  @Field(() => Int, { description: 'Requests that wait for a pod.' }) held!: number;
  @Field(() => Float, { description: 'Requests per second that it answered.' }) rps!: number;
  @Field(() => Float, { nullable: true, description: 'Share that did not fail, 0 to 1.' }) success!: number | null;
}

@ObjectType()
export class TopologyEdge {
  @Field(() => ID) id!: string;
  @Field(() => ID) from!: string;
  @Field(() => ID) to!: string;
  @Field(() => Float) rps!: number;
  @Field(() => Float, { description: 'Share that failed, 0 to 1.' }) errors!: number;
  @Field(() => Float, { nullable: true, description: 'Upper bound of the 95th percentile, milliseconds.' }) p95Ms!: number | null;
}

@ObjectType({ description: 'Who calls whom in the last half minute.' })
export class Topology {
  @Field(() => Int, { description: 'Seconds that the figures are of; 0 while nothing is known.' }) seconds!: number;
  @Field(() => [TopologyNode], { description: 'At most 500, those with traffic first.' }) nodes!: TopologyNode[];
  @Field(() => [TopologyEdge]) edges!: TopologyEdge[];
}

@ObjectType({ description: 'What one version answered in one step of time.' })
export class SeriesPoint {
  @Field(() => Int, { description: 'Unix second at which the step begins.' }) second!: number;
  @Field(() => String) version!: string;
  @Field(() => Float) rps!: number;
  @Field(() => Float, { description: 'Share that failed, 0 to 1.' }) errors!: number;
  @Field(() => Float, { nullable: true }) p50Ms!: number | null;
  @Field(() => Float, { nullable: true }) p95Ms!: number | null;
  @Field(() => Float, { nullable: true }) p99Ms!: number | null;
}
