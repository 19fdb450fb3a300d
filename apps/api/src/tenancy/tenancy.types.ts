import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';
import { connectionOf } from '../edge/connection.js';

export enum WorkspaceIsolation {
  NONE = 'None',
  WORKSPACE = 'Workspace',
  PROJECT = 'Project',
}
registerEnumType(WorkspaceIsolation, { name: 'WorkspaceIsolation', description: 'From where pods may be reached, besides gateways and the platform.' });

export enum MemberKind {
  USER = 'user',
  GROUP = 'group',
  SERVICE_ACCOUNT = 'serviceAccount',
}
registerEnumType(MemberKind, { name: 'MemberKind' });

export enum ProjectsOfDeleted {
  ORPHAN = 'Orphan',
  CASCADE = 'Cascade',
}
registerEnumType(ProjectsOfDeleted, {
  name: 'ProjectsOfDeleted',
  description: 'What becomes of the projects of a deleted workspace.',
  valuesMap: { ORPHAN: { description: 'They stay, and belong to no workspace.' }, CASCADE: { description: 'They are deleted first, with everything in them.' } },
});

@ObjectType()
export class WorkspaceMember {
  @Field(() => MemberKind) kind!: MemberKind;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true, description: 'Of a service account.' }) namespace!: string | null;
  @Field(() => String, { description: 'admin, self-provisioner, regular, viewer, or a role of this workspace.' }) role!: string;
}

@ObjectType()
export class WorkspaceRole {
  @Field(() => String) name!: string;
  @Field(() => String) displayName!: string;
  @Field(() => [String], { description: 'As they were chosen; what they depend on comes along.' }) permissions!: string[];
}

@ObjectType({ description: 'What roles of a workspace are made of.' })
export class WorkspacePermission {
  @Field(() => String) name!: string;
  @Field(() => String) title!: string;
  @Field(() => [String]) dependsOn!: string[];
}

@ObjectType({ description: 'What a quota limits, by the names of ResourceQuota.' })
export class QuotaAmount {
  @Field(() => String, { description: 'Such as pods, requests.cpu or count/deployments.apps.' }) name!: string;
  @Field(() => String, { description: 'A quantity such as 500m or 2Gi.' }) hard!: string;
  @Field(() => String, { nullable: true, description: 'By all projects; null while nobody has counted, and for quotas of single projects.' }) used!: string | null;
}

@InputType()
export class QuotaAmountInput {
  @Field(() => String, { description: 'Such as pods, requests.cpu or count/deployments.apps.' }) name!: string;
  @Field(() => String, { description: 'A quantity such as 500m or 2Gi.' }) hard!: string;
}

@ObjectType({ description: 'A team: who belongs to it, and what its projects may do and use.' })
export class Workspace {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { description: 'For people to read; the name when nobody gave one.' }) displayName!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => WorkspaceIsolation) isolation!: WorkspaceIsolation;
  @Field(() => [WorkspaceMember]) members!: WorkspaceMember[];
  @Field(() => [WorkspaceRole], { description: 'Its own, beside admin, self-provisioner, regular and viewer.' }) roles!: WorkspaceRole[];
  @Field(() => [String], { description: 'Names of its namespaces.' }) projects!: string[];
  @Field(() => [String], { nullable: true, description: 'Host names that its routes may claim; any when null.' }) hosts!: string[] | null;
  @Field(() => [QuotaAmount], { description: 'Of all its projects together; empty without limits.' }) quota!: QuotaAmount[];
  @Field(() => [QuotaAmount], { description: 'Of each project; empty without limits.' }) projectQuota!: QuotaAmount[];
  @Field(() => Boolean, { description: 'What the workspace says is so.' }) ready!: boolean;
  @Field(() => String, { description: 'Why it is ready or not, in one sentence.' }) why!: string;
  @Field(() => Boolean, { description: 'It is being deleted.' }) isEnding!: boolean;
  @Field(() => String, { nullable: true, description: 'RFC 3339.' }) createdAt!: string | null;
}

export const WorkspaceConnection = connectionOf<Workspace>('Workspace', () => Workspace);
export type WorkspaceConnection = InstanceType<typeof WorkspaceConnection>;

@ObjectType()
export class WorkspaceDeletion {
  @Field(() => [String], { description: 'Projects that would be deleted, with everything in them.' }) deletes!: string[];
  @Field(() => [String], { description: 'Projects that would stay, and belong to no workspace.' }) leaves!: string[];
}

@InputType()
export class MemberInput {
  @Field(() => String) workspace!: string;
  @Field(() => MemberKind) kind!: MemberKind;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true, description: 'Of a service account: one of the projects.' }) namespace?: string;
}

@InputType()
export class SetMemberInput extends MemberInput {
  @Field(() => String) role!: string;
}

@InputType()
export class CreateWorkspaceInput {
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) displayName?: string;
  @Field(() => String, { nullable: true }) description?: string;
  @Field(() => [String], { description: 'Accounts that administer it; one at least.' }) administrators!: string[];
}

@InputType()
export class UpdateWorkspaceInput {
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true, description: 'Absent: as it is. Empty: none.' }) displayName?: string;
  @Field(() => String, { nullable: true, description: 'Absent: as it is. Empty: none.' }) description?: string;
  @Field(() => WorkspaceIsolation, { nullable: true, description: 'Absent: as it is. Only administrators of the platform change it.' }) isolation?: WorkspaceIsolation;
  @Field(() => [QuotaAmountInput], { nullable: true, description: 'Of all projects together. Absent: as it is. Empty: none. Only administrators of the platform change it.' }) quota?: QuotaAmountInput[];
  @Field(() => [QuotaAmountInput], { nullable: true, description: 'Of each project. Absent: as it is. Empty: none. Only administrators of the platform change it.' }) projectQuota?: QuotaAmountInput[];
  @Field(() => [String], { nullable: true, description: 'Host names that its routes may claim. Absent: as it is. "*" alone: any. Only administrators of the platform change it.' }) hosts?: string[];
}

@InputType()
export class SetRoleInput {
  @Field(() => String) workspace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) displayName?: string;
  @Field(() => [String]) permissions!: string[];
}

@InputType()
export class CreateProjectInput {
  @Field(() => String) workspace!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { nullable: true }) displayName?: string;
  @Field(() => String, { nullable: true }) description?: string;
}
