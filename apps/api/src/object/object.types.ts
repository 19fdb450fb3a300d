import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum AppliedResult {
  CREATED = 'CREATED',
  CONFIGURED = 'CONFIGURED',
  UNCHANGED = 'UNCHANGED',
  REFUSED = 'REFUSED',
}
registerEnumType(AppliedResult, { name: 'AppliedResult' });

@ObjectType()
export class FieldProblem {
  @Field(() => String, { description: 'Path in the object, such as spec.replicas.' }) field!: string;
  @Field(() => String) message!: string;
}

@ObjectType({ description: 'An operation of JSON Patch (RFC 6902).' })
export class ChangedField {
  @Field(() => String) op!: string;
  @Field(() => String) path!: string;
}

@ObjectType({ description: 'What applying one object did, or would do.' })
export class AppliedObject {
  @Field(() => String) apiVersion!: string;
  @Field(() => String) kind!: string;
  @Field(() => String, { nullable: true }) namespace!: string | null;
  @Field(() => String) name!: string;
  @Field(() => AppliedResult) result!: AppliedResult;
  @Field(() => String, { nullable: true, description: 'YAML as it was; null for a new object.' }) before!: string | null;
  @Field(() => String, { nullable: true, description: 'YAML as it is, or would be, defaults included; null when refused.' }) after!: string | null;
  @Field(() => [ChangedField]) changes!: ChangedField[];
  @Field(() => String, { nullable: true, description: 'Why it was refused.' }) because!: string | null;
  @Field(() => [FieldProblem], { description: 'Fields that were refused.' }) fields!: FieldProblem[];
}

@InputType()
export class ApplyInput {
  @Field(() => String, { description: 'One object or several, separated by "---"; at most 50.' }) yaml!: string;
  @Field(() => String, { nullable: true, description: 'For objects that name no namespace.' }) namespace?: string;
  @Field(() => Boolean, { defaultValue: false, description: 'Checks and shows the difference; changes nothing.' }) dryRun!: boolean;
  @Field(() => Boolean, { defaultValue: false, description: 'Takes over fields that others manage; else a conflict is refused.' }) force!: boolean;
}

@InputType()
export class ObjectInput {
  @Field(() => String, { description: 'Such as v1 or apps/v1.' }) apiVersion!: string;
  @Field(() => String) kind!: string;
  @Field(() => String, { nullable: true, description: 'Absent for what is cluster-scoped.' }) namespace?: string;
  @Field(() => String) name!: string;
}

@ObjectType({ description: 'An object as Kubernetes has it.' })
export class KubernetesObject {
  @Field(() => String) apiVersion!: string;
  @Field(() => String) kind!: string;
  @Field(() => String, { nullable: true }) namespace!: string | null;
  @Field(() => String) name!: string;
  @Field(() => String) resourceVersion!: string;
  @Field(() => String, { description: 'Without the bookkeeping of field managers.' }) yaml!: string;
}

@ObjectType()
export class ObjectName {
  @Field(() => String, { description: 'Empty for the core group.' }) group!: string;
  @Field(() => String) kind!: string;
  @Field(() => String, { nullable: true }) namespace!: string | null;
  @Field(() => String) name!: string;
}

@ObjectType({ description: 'What goes with an object when it is deleted, as far as you may see it. What controllers keep for themselves (events, endpoints, leases) is left out.' })
export class DeletionPreview {
  @Field(() => Int) totalCount!: number;
  @Field(() => [ObjectName], { description: 'At most 200.' }) objects!: ObjectName[];
  @Field(() => [String], { description: 'What may go as well and was not looked at, and why: one sentence each.' }) unseen!: string[];
}

@InputType()
export class DeleteInput extends ObjectInput {
  @Field(() => Boolean, { defaultValue: false, description: 'Leaves what it owns behind.' }) orphan!: boolean;
}

@ObjectType({ description: 'A ConfigMap or Secret without its values.' })
export class SettingsObject {
  @Field(() => ID) id!: string;
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true, description: 'Of a Secret, such as kubernetes.io/tls.' }) type!: string | null;
  @Field(() => [String]) keys!: string[];
  @Field(() => String, { nullable: true }) createdAt!: string | null;
}

@ObjectType()
export class SearchHit {
  @Field(() => ID) id!: string;
  @Field(() => String, { description: 'Project, Deployment, StatefulSet, KnativeService, Release, Pod or Gateway.' }) kind!: string;
  @Field(() => String, { nullable: true }) namespace!: string | null;
  @Field(() => String) name!: string;
}
