import { Field, ID, InputType, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum AuditOutcome {
  SUCCEEDED = 'Succeeded',
  DENIED = 'Denied',
  FAILED = 'Failed',
}
registerEnumType(AuditOutcome, { name: 'AuditOutcome' });

@ObjectType({ description: 'One thing that somebody did or tried. Values of secrets are never in it.' })
export class AuditEntry {
  @Field(() => ID) id!: string;
  @Field(() => Date) at!: Date;
  @Field(() => String, { nullable: true, description: 'Absent when nobody was signed in.' }) account!: string | null;
  @Field(() => String, { nullable: true, description: 'The name that a failed sign-in tried.' }) attempted!: string | null;
  @Field(() => String, { nullable: true, description: 'Session or Token.' }) credential!: string | null;
  @Field(() => String, { nullable: true }) address!: string | null;
  @Field(() => String, { description: 'For example `release.promote`, `account.login`.' }) action!: string;
  @Field(() => String, { nullable: true, description: 'resource.group of the object.' }) resource!: string | null;
  @Field(() => String, { nullable: true }) namespace!: string | null;
  @Field(() => String, { nullable: true }) name!: string | null;
  @Field(() => String, { nullable: true }) workspace!: string | null;
  @Field(() => AuditOutcome) outcome!: AuditOutcome;
  @Field(() => String, { nullable: true }) reason!: string | null;
  @Field(() => String, { nullable: true, description: 'JSON Patch (RFC 6902) of what changed.' }) change!: string | null;
}

@ObjectType()
export class AuditPage {
  @Field(() => [AuditEntry]) nodes!: AuditEntry[];
  @Field(() => String, { nullable: true, description: 'For `before`; null when there are no older ones.' }) endCursor!: string | null;
}

@InputType({ description: 'All of it narrows.' })
export class AuditFilterInput {
  @Field(() => String, { nullable: true, description: 'Needed by those who administer a workspace and not the platform.' }) workspace?: string;
  @Field(() => String, { nullable: true }) namespace?: string;
  @Field(() => String, { nullable: true }) account?: string;
  @Field(() => String, { nullable: true, description: '`release.promote`, or `release.` for all of them.' }) action?: string;
  @Field(() => AuditOutcome, { nullable: true }) outcome?: AuditOutcome;
  @Field(() => Date, { nullable: true }) from?: Date;
  @Field(() => Date, { nullable: true }) until?: Date;
}
