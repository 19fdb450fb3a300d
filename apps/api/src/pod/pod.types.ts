import { Field, ID, InputType, Int, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../edge/connection.js';
import { Permission } from '../edge/permission.js';

@ObjectType()
export class PodContainer {
  @Field(() => String) name!: string;
  @Field(() => String) image!: string;
  @Field(() => Boolean) ready!: boolean;
  @Field(() => Int) restarts!: number;
  @Field(() => String, { description: 'running, waiting or terminated, and why.' }) state!: string;
}

@ObjectType()
export class Pod {
  @Field(() => ID) id!: string;
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { description: 'As kubectl shows it: Running, Pending, CrashLoopBackOff, Terminating ...' }) status!: string;
  @Field(() => Boolean) ready!: boolean;
  @Field(() => Int) restarts!: number;
  @Field(() => String, { nullable: true }) node!: string | null;
  @Field(() => String, { nullable: true }) address!: string | null;
  @Field(() => String, { nullable: true, description: 'Value of the label "version".' }) version!: string | null;
  @Field(() => [PodContainer]) containers!: PodContainer[];
  @Field(() => String, { nullable: true, description: 'RFC 3339.' }) createdAt!: string | null;
  @Field(() => [Permission], { description: '"terminal": a command beside its program; "attach": what the program itself says and hears.' }) can!: Permission[];
}

export const PodConnection = connectionOf<Pod>('Pod', () => Pod);
export type PodConnection = InstanceType<typeof PodConnection>;

@InputType()
export class PodFilterInput {
  @Field(() => String, { description: 'The project.' }) namespace!: string;
  @Field(() => ID, { nullable: true, description: 'Only those of this service.' }) service?: string;
}

@ObjectType({ description: 'Something that Kubernetes or a controller reports about an object.' })
export class ClusterEvent {
  @Field(() => ID) id!: string;
  @Field(() => String) namespace!: string;
  @Field(() => String, { description: 'Normal or Warning.' }) type!: string;
  @Field(() => String) reason!: string;
  @Field(() => String) message!: string;
  @Field(() => String, { description: 'Kind of the object it is about.' }) objectKind!: string;
  @Field(() => String) objectName!: string;
  @Field(() => Int) count!: number;
  @Field(() => String, { description: 'RFC 3339; the newest time.' }) at!: string;
}

@InputType()
export class EventFilterInput {
  @Field(() => String, { description: 'The project.' }) namespace!: string;
  @Field(() => String, { nullable: true, description: 'Kind of the object, such as Pod.' }) objectKind?: string;
  @Field(() => String, { nullable: true, description: 'Name of the object.' }) objectName?: string;
}

@ObjectType()
export class LogLine {
  @Field(() => String, { nullable: true, description: 'RFC 3339.' }) at!: string | null;
  @Field(() => String, { description: 'At most 16384 characters; longer lines are cut.' }) text!: string;
}

@ObjectType({ description: 'Lines that came together.' })
export class LogLines {
  @Field(() => [LogLine]) lines!: LogLine[];
}

@InputType()
export class LogInput {
  @Field(() => String) namespace!: string;
  @Field(() => String) pod!: string;
  @Field(() => String, { nullable: true, description: 'The only one when absent.' }) container?: string;
  @Field(() => Int, { defaultValue: 500, description: 'Lines from before; 0 to 5000.' }) tail!: number;
  @Field(() => Boolean, { defaultValue: false, description: 'Of the container that ran before the last restart.' }) previous!: boolean;
}
