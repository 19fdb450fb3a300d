import { Field, Float, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum ReleaseAction {
  PROMOTE = 'PROMOTE',
  PAUSE = 'PAUSE',
  RESUME = 'RESUME',
  ABORT = 'ABORT',
  ROLLBACK = 'ROLLBACK',
}
registerEnumType(ReleaseAction, { name: 'ReleaseAction', description: 'What a person may do with a running release.' });

export enum StepState {
  DONE = 'DONE',
  NOW = 'NOW',
  AHEAD = 'AHEAD',
}
registerEnumType(StepState, { name: 'StepState' });

export enum MetricFinding {
  WORSE = 'WORSE',
  SUSPECT = 'SUSPECT',
  BETTER = 'BETTER',
  TOLERATED = 'TOLERATED',
  OPEN = 'OPEN',
}
registerEnumType(MetricFinding, { name: 'MetricFinding', description: 'What the evidence of one metric proves so far.' });

@ObjectType({ description: 'Where the true difference lies, in numbers: of shares (0.01 is one point), or a ratio of latencies.' })
export class MetricBounds {
  @Field(() => Float, { nullable: true }) atLeast!: number | null;
  @Field(() => Float, { nullable: true }) atMost!: number | null;
  @Field(() => Float, { description: 'Where both versions are equal.' }) equal!: number;
  @Field(() => Float, { description: 'Beyond this, the candidate is worse than tolerated.' }) tolerated!: number;
}

@ObjectType({ description: 'One metric of the comparison, in words with units.' })
export class MetricVerdict {
  @Field(() => String) name!: string;
  @Field(() => String) candidate!: string;
  @Field(() => String) principal!: string;
  @Field(() => String, { description: 'Bounds of the difference, candidate minus principal.' }) interval!: string;
  @Field(() => String) state!: string;
  @Field(() => MetricFinding) finding!: MetricFinding;
  @Field(() => MetricBounds) bounds!: MetricBounds;
}

@ObjectType()
export class ReleaseStep {
  @Field(() => Int) index!: number;
  @Field(() => Float, { description: "Percentage of the Service's requests." }) weight!: number;
  @Field(() => StepState) state!: StepState;
  @Field(() => String) text!: string;
}

@ObjectType({ description: 'Something that happened in a release.' })
export class ReleaseEvent {
  @Field(() => String, { description: 'RFC 3339.' }) at!: string;
  @Field(() => String) reason!: string;
  @Field(() => String) text!: string;
  @Field(() => Float, { nullable: true, description: "The candidate's percentage from then on." }) weight!: number | null;
  @Field(() => String, { nullable: true }) by!: string | null;
}

@ObjectType({ description: 'Whether you may do an action now, and if not, why.' })
export class ActionPermission {
  @Field(() => ReleaseAction) action!: ReleaseAction;
  @Field(() => Boolean) allowed!: boolean;
  @Field(() => String, { nullable: true }) because!: string | null;
}

@ObjectType({ description: 'One run of a Strategy: a candidate version on its way to all traffic, or back.' })
export class ReleaseObject {
  @Field(() => ID) id!: string;
  @Field(() => String, { description: "Kubernetes' own: tells it from one that had the same name." }) uid!: string;
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => String) strategy!: string;
  @Field(() => String) service!: string;
  @Field(() => String, { description: 'Canary, BlueGreen or Mirror.' }) type!: string;
  @Field(() => String) phase!: string;
  @Field(() => Boolean) finished!: boolean;
  @Field(() => String) principal!: string;
  @Field(() => String) candidate!: string;
  @Field(() => Float, { description: "The candidate's percentage of requests." }) weight!: number;
  @Field(() => String, { nullable: true, description: 'On how many proxies the newest routes are confirmed.' }) live!: string | null;
  @Field(() => String, { nullable: true }) startedAt!: string | null;
  @Field(() => String, { nullable: true }) endedAt!: string | null;
  @Field(() => String, { nullable: true, description: 'NotYet, Suspect, Worse, Equivalent or Better.' }) verdict!: string | null;
  @Field(() => String, { description: 'Why the release is where it is, in one sentence.' }) why!: string;
  @Field(() => [MetricVerdict]) metrics!: MetricVerdict[];
  @Field(() => [ReleaseStep]) steps!: ReleaseStep[];
  @Field(() => [ReleaseEvent], { description: 'Oldest first.' }) history!: ReleaseEvent[];
  can!: ActionPermission[];
}

/** What is the same for everybody who may see it. */
export type SeenRelease = Omit<ReleaseObject, 'can'>;

@ObjectType({ description: 'What one version answered in one second.' })
export class VersionSignal {
  @Field(() => String) version!: string;
  @Field(() => String, { description: 'The rule that sent the requests there; only `weighted` is compared.' }) rule!: string;
  @Field(() => Int) requests!: number;
  @Field(() => Int) failed!: number;
  @Field(() => Float, { nullable: true, description: 'Upper bound of the median, milliseconds.' }) p50Ms!: number | null;
  @Field(() => Float, { nullable: true, description: 'Upper bound of the 99th percentile, milliseconds.' }) p99Ms!: number | null;
}

@ObjectType()
export class SignalSecond {
  @Field(() => Int, { description: 'Unix second.' }) second!: number;
  @Field(() => String, { nullable: true, description: 'Set when signals were lost: this second is not data.' }) gap!: string | null;
  @Field(() => [VersionSignal]) versions!: VersionSignal[];
}

@ObjectType()
export class ReleasePage {
  @Field(() => [ReleaseObject]) nodes!: ReleaseObject[];
  @Field(() => String, { nullable: true, description: 'For `before`; null when there are no older ones.' }) endCursor!: string | null;
}

@InputType()
export class ActOnReleaseInput {
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => ReleaseAction) action!: ReleaseAction;
  @Field(() => String, { nullable: true, description: 'Kept with the release: why it was done. At most 500 characters.' }) reason?:
    string | null;
}
