import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../edge/connection.js';
import { ObjectName } from '../object/object.types.js';

export enum ComponentStateName {
  READY = 'Ready',
  IN_PROGRESS = 'InProgress',
  FAILED = 'Failed',
  UNKNOWN = 'Unknown',
}
registerEnumType(ComponentStateName, { name: 'ComponentState' });

@ObjectType()
export class ApplicationComponent {
  @Field(() => String, { description: 'Empty for the core group.' }) group!: string;
  @Field(() => String) kind!: string;
  @Field(() => String) name!: string;
  @Field(() => ComponentStateName) state!: ComponentStateName;
}

@ObjectType({ description: 'A kind whose objects may be components.' })
export class ComponentKind {
  @Field(() => String, { description: 'Empty for the core group.' }) group!: string;
  @Field(() => String) kind!: string;
}

@ObjectType()
export class ApplicationLink {
  @Field(() => String) description!: string;
  @Field(() => String) url!: string;
}

@ObjectType()
export class ApplicationLabel {
  @Field(() => String) name!: string;
  @Field(() => String) value!: string;
}

@ObjectType({ description: 'What belongs together in a project (Application of app.k8s.io), with one status.' })
export class ApplicationObject {
  @Field(() => ID) id!: string;
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true, description: 'Such as wordpress.' }) type!: string | null;
  @Field(() => String, { nullable: true }) version!: string | null;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => [ApplicationLink]) links!: ApplicationLink[];
  @Field(() => String, { description: 'Ready components of all, such as 2/3; empty until they were looked at.' }) componentsReady!: string;
  @Field(() => ComponentStateName, { description: 'Of all of it.' }) state!: ComponentStateName;
  @Field(() => String, { description: 'Why it is in this state, in one sentence.' }) why!: string;
  @Field(() => Boolean, { description: 'Its components go with it.' }) owns!: boolean;
  @Field(() => [ComponentKind]) kinds!: ComponentKind[];
  @Field(() => [ApplicationLabel], { description: 'Labels of its selector, without its expressions.' }) labels!: ApplicationLabel[];
  @Field(() => String, { description: 'The whole selector, such as app=shop, tier In (web, api).' }) selector!: string;
  @Field(() => [ApplicationComponent], { description: 'At most 500.' }) components!: ApplicationComponent[];
  @Field(() => String, { nullable: true, description: 'RFC 3339.' }) createdAt!: string | null;
}

export const ApplicationConnection = connectionOf<ApplicationObject>('Application', () => ApplicationObject);
export type ApplicationConnection = InstanceType<typeof ApplicationConnection>;

@ObjectType({ description: 'What deleting an application does to the rest of its project, as far as you may see it.' })
export class ApplicationRemoval {
  @Field(() => [ObjectName], { description: 'Goes with it: owned by it alone, or by what goes; at most 200.' }) goes!: ObjectName[];
  @Field(() => Int) goesCount!: number;
  @Field(() => [ObjectName], { description: 'Components that stay: not owned by it, or by somebody else as well; at most 200.' }) stays!: ObjectName[];
  @Field(() => Int) staysCount!: number;
  @Field(() => [String], { description: 'What may go as well and was not looked at, and why: one sentence each.' }) unseen!: string[];
}

@InputType()
export class ComponentKindInput {
  @Field(() => String, { defaultValue: '', description: 'Empty for the core group.' }) group!: string;
  @Field(() => String) kind!: string;
}

@InputType()
export class LabelInput {
  @Field(() => String) name!: string;
  @Field(() => String) value!: string;
}

@InputType()
export class CreateApplicationInput {
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) type?: string;
  @Field(() => String, { nullable: true }) version?: string;
  @Field(() => String, { nullable: true }) description?: string;
  @Field(() => [LabelInput], { description: 'Labels that its components have; one at least.' }) labels!: LabelInput[];
  @Field(() => [ComponentKindInput], { nullable: true, description: 'Workloads, Services and Knative Services when absent.' }) kinds?: ComponentKindInput[];
  @Field(() => Boolean, { defaultValue: false, description: 'Its components go with it; you must be allowed to delete them.' }) owns!: boolean;
}

@InputType({ description: 'What is absent stays as it is; an empty text removes it.' })
export class UpdateApplicationInput {
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) type?: string | null;
  @Field(() => String, { nullable: true }) version?: string | null;
  @Field(() => String, { nullable: true }) description?: string | null;
  @Field(() => [LabelInput], { nullable: true, description: 'Instead of the labels of its selector, one at least; its expressions stay.' }) labels?: LabelInput[] | null;
  @Field(() => [ComponentKindInput], { nullable: true, description: 'Instead of its kinds.' }) kinds?: ComponentKindInput[] | null;
  @Field(() => Boolean, { nullable: true, description: 'Its components go with it; you must be allowed to delete them.' }) owns?: boolean | null;
}
