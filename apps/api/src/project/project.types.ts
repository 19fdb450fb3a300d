import { Field, ID, ObjectType } from '@nestjs/graphql';
import { connectionOf } from '../edge/connection.js';

@ObjectType({ description: 'A namespace: where services, releases and their settings live.' })
export class Project {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String, { description: 'For people to read; the name when nobody gave one.' }) displayName!: string;
  @Field(() => String, { nullable: true }) description!: string | null;
  @Field(() => String, { nullable: true, description: 'The workspace that it belongs to.' }) workspace!: string | null;
  @Field(() => Boolean, { description: "The platform's or the cluster's own." }) isSystem!: boolean;
  @Field(() => Boolean, { description: 'It is being deleted.' }) isEnding!: boolean;
  @Field(() => String, { nullable: true, description: 'RFC 3339.' }) createdAt!: string | null;
}

export const ProjectConnection = connectionOf<Project>('Project', () => Project);
export type ProjectConnection = InstanceType<typeof ProjectConnection>;
