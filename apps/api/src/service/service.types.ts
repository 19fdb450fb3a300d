import { Field, Float, ID, InputType, Int, InterfaceType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../edge/connection.js';

export enum ServiceKind {
  DEPLOYMENT = 'DEPLOYMENT',
  STATEFUL_SET = 'STATEFUL_SET',
  KNATIVE = 'KNATIVE',
}
registerEnumType(ServiceKind, { name: 'ServiceKind' });

export enum ServiceState {
  READY = 'READY',
  PROGRESSING = 'PROGRESSING',
  DEGRADED = 'DEGRADED',
  FAILED = 'FAILED',
  ASLEEP = 'ASLEEP',
  STOPPED = 'STOPPED',
}
registerEnumType(ServiceState, {
  name: 'ServiceState',
  valuesMap: {
    READY: { description: 'All pods that are wanted are ready.' },
    PROGRESSING: { description: 'On its way to the newest version.' },
    DEGRADED: { description: 'Fewer pods are ready than are wanted.' },
    FAILED: { description: 'It does not become ready by itself.' },
    ASLEEP: { description: 'No pods; the next request wakes it.' },
    STOPPED: { description: 'Scaled to zero by hand.' },
  },
});

@ObjectType()
export class Replicas {
  @Field(() => Int) wanted!: number;
  @Field(() => Int) ready!: number;
  @Field(() => Int, { description: 'Of the newest version.' }) updated!: number;
}

@ObjectType({ description: 'What was answered in the newest closed seconds.' })
export class ServiceTraffic {
  @Field(() => Int, { description: 'Seconds that the figures are of.' }) seconds!: number;
  @Field(() => Int) requests!: number;
  @Field(() => Float, { description: 'Requests per second.' }) rps!: number;
  @Field(() => Float, { nullable: true, description: 'Share of requests that did not fail, 0 to 1; null without requests.' }) success!: number | null;
  @Field(() => Float, { nullable: true, description: 'Upper bound of the median, milliseconds.' }) p50Ms!: number | null;
  @Field(() => Float, { nullable: true, description: 'Upper bound of the 99th percentile, milliseconds.' }) p99Ms!: number | null;
  @Field(() => Int, { description: 'Open at this moment.' }) open!: number;
  @Field(() => Int, { description: 'Of the open ones, those that wait for a pod.' }) held!: number;
}

@ObjectType({ description: 'One version of a service: a Revision, or the ReplicaSet of a Deployment.' })
export class ServiceRevision {
  @Field(() => String) name!: string;
  @Field(() => Int, { description: 'Counts up.' }) number!: number;
  @Field(() => [String]) images!: string[];
  @Field(() => Boolean, { description: 'Made from the newest template.' }) isNewest!: boolean;
  @Field(() => Float, { nullable: true, description: 'Percentage of the traffic; null where revisions have no shares of their own.' }) percent!: number | null;
  @Field(() => [String]) tags!: string[];
  @Field(() => Int) readyReplicas!: number;
  @Field(() => Boolean, { description: 'No pods; the next request wakes it.' }) isAsleep!: boolean;
  @Field(() => String, { nullable: true }) createdAt!: string | null;
}

@InterfaceType({ description: 'What runs and answers: a Deployment, a StatefulSet or a Knative Service.', resolveType: (value: ServiceObject) => TYPE_NAMES[value.kind] })
export abstract class ServiceObject {
  @Field(() => ID) id!: string;
  @Field(() => ServiceKind) kind!: ServiceKind;
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => ServiceState) state!: ServiceState;
  @Field(() => String, { description: 'Why it is in this state, in one sentence.' }) why!: string;
  @Field(() => [String]) images!: string[];
  @Field(() => Replicas) replicas!: Replicas;
  @Field(() => [String], { description: 'Addresses that people may open.' }) urls!: string[];
  @Field(() => String, { nullable: true, description: 'RFC 3339.' }) createdAt!: string | null;
}

const TYPE_NAMES: Record<ServiceKind, string> = { DEPLOYMENT: 'DeploymentService', STATEFUL_SET: 'StatefulSetService', KNATIVE: 'KnativeService' };

@ObjectType('DeploymentService', { implements: () => [ServiceObject] })
export class DeploymentService extends ServiceObject {
  @Field(() => String, { nullable: true, description: 'Value of the pod label "version".' }) version!: string | null;
  @Field(() => [String], { description: 'Kubernetes Services that select its pods.' }) addresses!: string[];
  @Field(() => String, { nullable: true, description: 'The release that moves its traffic now.' }) release!: string | null;
}

@ObjectType('StatefulSetService', { implements: () => [ServiceObject] })
export class StatefulSetService extends ServiceObject {
  @Field(() => String, { nullable: true, description: 'Value of the pod label "version".' }) version!: string | null;
  @Field(() => [String], { description: 'Kubernetes Services that select its pods.' }) addresses!: string[];
  @Field(() => String, { nullable: true, description: 'The release that moves its traffic now.' }) release!: string | null;
}

@ObjectType('KnativeService', { implements: () => [ServiceObject] })
export class KnativeServiceObject extends ServiceObject {
  @Field(() => String, { nullable: true, description: 'The newest revision that can serve.' }) latestRevision!: string | null;
  @Field(() => Int, { nullable: true, description: 'Requests that one pod takes at once; null without limit.' }) concurrency!: number | null;
}

export const ServiceConnection = connectionOf<ServiceObject>('Service', () => ServiceObject);
export type ServiceConnection = InstanceType<typeof ServiceConnection>;

@InputType({ description: 'All of it narrows.' })
export class ServiceFilterInput {
  @Field(() => String, { nullable: true, description: 'One project.' }) namespace?: string;
  @Field(() => ServiceKind, { nullable: true }) kind?: ServiceKind;
  @Field(() => ServiceState, { nullable: true }) state?: ServiceState;
  @Field(() => String, { nullable: true, description: 'Part of the name; at most 100 characters.' }) search?: string;
}

@InputType()
export class ScaleServiceInput {
  @Field(() => ID) id!: string;
  @Field(() => Int, { description: '0 to 1000.' }) replicas!: number;
}

@InputType()
export class RollBackServiceInput {
  @Field(() => ID) id!: string;
  @Field(() => String, { description: 'Name of the revision to go back to.' }) revision!: string;
}

@InputType()
export class TrafficTargetInput {
  @Field(() => String, { nullable: true, description: 'Name of a revision; the newest one that is ready when absent.' }) revision?: string;
  @Field(() => Int, { description: 'Percentage; those of all targets make 100.' }) percent!: number;
  @Field(() => String, { nullable: true, description: 'Gives the target an address of its own.' }) tag?: string;
}

@InputType()
export class SetTrafficInput {
  @Field(() => ID) id!: string;
  @Field(() => [TrafficTargetInput], { description: 'At most 20.' }) targets!: TrafficTargetInput[];
}
