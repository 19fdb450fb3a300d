import { Field, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum HealthState {
  READY = 'Ready',
  NOT_READY = 'NotReady',
}
registerEnumType(HealthState, { name: 'HealthState' });

@ObjectType({ description: 'A process of the platform, or all replicas of one.' })
export class PlatformPart {
  @Field(() => String) name!: string;
  @Field(() => HealthState) state!: HealthState;
  @Field(() => Int) ready!: number;
  @Field(() => Int) wanted!: number;
  @Field(() => Int, { nullable: true, description: 'Times that it was started anew; null where nobody counts.' }) restarts!: number | null;
  @Field(() => String, { nullable: true, description: 'What is wrong, in one sentence.' }) why!: string | null;
}

@ObjectType()
export class GatewayHealth {
  @Field(() => String) namespace!: string;
  @Field(() => String) name!: string;
  @Field(() => HealthState) state!: HealthState;
  @Field(() => [String]) addresses!: string[];
  @Field(() => String, { nullable: true }) why!: string | null;
}

@ObjectType()
export class NodeHealth {
  @Field(() => String) name!: string;
  @Field(() => HealthState) state!: HealthState;
  @Field(() => String, { nullable: true }) why!: string | null;
}

@ObjectType()
export class DatabaseHealth {
  @Field(() => Boolean, { description: 'Without one there is only the owner, and no history.' }) configured!: boolean;
  @Field(() => HealthState) state!: HealthState;
  @Field(() => String, { nullable: true }) why!: string | null;
}

@ObjectType({ description: 'How the platform itself is, for those who administer it.' })
export class PlatformHealth {
  @Field(() => HealthState, { description: 'Of all of it.' }) state!: HealthState;
  @Field(() => [PlatformPart]) parts!: PlatformPart[];
  @Field(() => DatabaseHealth) database!: DatabaseHealth;
  @Field(() => [GatewayHealth], { description: 'Of the platform’s class, at most 200.' }) gateways!: GatewayHealth[];
  @Field(() => [NodeHealth], { description: 'At most 200, those that are not ready first.' }) nodes!: NodeHealth[];
}
