import { Field, ID, InputType, Int, ObjectType, registerEnumType } from '@nestjs/graphql';

export enum AccountKind {
  PERSON = 'PERSON',
  MACHINE = 'MACHINE',
}
registerEnumType(AccountKind, { name: 'AccountKind', description: 'People sign in; machines have tokens only.' });

export enum TokenScope {
  READ = 'READ',
  WRITE = 'WRITE',
  KUBERNETES = 'KUBERNETES',
  TERMINAL = 'TERMINAL',
}
registerEnumType(TokenScope, { name: 'TokenScope', description: 'What a token may be used for. It only narrows what its account may do.' });

@ObjectType({ description: 'Who is signed in, and how.' })
export class Me {
  @Field(() => String) id!: string;
  @Field(() => String) displayName!: string;
  @Field(() => String, { description: 'As whom Kubernetes sees you.' }) kubernetesUser!: string;
  @Field(() => [String], { description: 'Names of groups, without the prefix that Kubernetes sees.' }) groups!: string[];
  @Field(() => [TokenScope]) scopes!: TokenScope[];
  @Field(() => Boolean, { description: 'Whether you administer the platform.' }) administrator!: boolean;
  @Field(() => Boolean, { description: 'Whether there are accounts; without a database there is only the owner.' }) hasAccounts!: boolean;
}

@ObjectType()
export class Account {
  @Field(() => ID) id!: string;
  @Field(() => String, { description: 'Login name.' }) name!: string;
  @Field(() => AccountKind) kind!: AccountKind;
  @Field(() => String) displayName!: string;
  @Field(() => String, { nullable: true }) email!: string | null;
  @Field(() => [String]) groups!: string[];
  @Field(() => Boolean) disabled!: boolean;
  @Field(() => Boolean, { description: 'Whether it has a password of this platform.' }) hasPassword!: boolean;
  @Field(() => Date) createdAt!: Date;
  @Field(() => Date, { nullable: true }) lastLoginAt!: Date | null;
}

@ObjectType()
export class AccountPage {
  @Field(() => [Account]) nodes!: Account[];
  @Field(() => Int) totalCount!: number;
  @Field(() => String, { nullable: true, description: 'For `after`; null when there are no more.' }) endCursor!: string | null;
}

@ObjectType()
export class Group {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => String) description!: string;
  @Field(() => [String], { description: 'Names of accounts.' }) members!: string[];
}

@ObjectType({ description: 'A browser that is signed in.' })
export class Session {
  @Field(() => ID) id!: string;
  @Field(() => String) address!: string;
  @Field(() => String) userAgent!: string;
  @Field(() => String, { nullable: true, description: 'The identity provider, when it was not a password.' }) provider!: string | null;
  @Field(() => Date) createdAt!: Date;
  @Field(() => Date) lastSeenAt!: Date;
  @Field(() => Boolean, { description: 'The one that asks.' }) current!: boolean;
}

@ObjectType()
export class Token {
  @Field(() => ID) id!: string;
  @Field(() => String) name!: string;
  @Field(() => [TokenScope]) scopes!: TokenScope[];
  @Field(() => String, { nullable: true, description: 'The only workspace it is good for.' }) workspace!: string | null;
  @Field(() => Date) createdAt!: Date;
  @Field(() => Date) expiresAt!: Date;
  @Field(() => Date, { nullable: true }) lastUsedAt!: Date | null;
}

@ObjectType()
export class CreatedToken {
  @Field(() => Token) token!: Token;
  @Field(() => String, { description: 'The token itself. It is shown this once.' }) secret!: string;
}

@InputType()
export class CreateAccountInput {
  @Field(() => String, { description: 'Login name: lower case letters, digits, "-" and "."; it can never be changed or given again.' }) name!: string;
  @Field(() => AccountKind, { defaultValue: AccountKind.PERSON }) kind!: AccountKind;
  @Field(() => String, { defaultValue: '' }) displayName!: string;
  @Field(() => String, { nullable: true }) email?: string;
  @Field(() => String, { nullable: true, description: 'A first password, which has to be changed at the first sign-in.' }) password?: string;
  @Field(() => [String], { defaultValue: [], description: 'Groups to be put into.' }) groups!: string[];
}

@ObjectType()
export class CreatedKubeconfig {
  @Field(() => Token) token!: Token;
  @Field(() => String, { description: 'For kubectl and every other client of a Kubernetes API, with your own rights. It holds the token, and is shown this once.' }) kubeconfig!: string;
}

@InputType()
export class CreateTokenInput {
  @Field(() => String) name!: string;
  @Field(() => [TokenScope]) scopes!: TokenScope[];
  @Field(() => Int, { defaultValue: 90, description: 'Days until it ends; 366 at most.' }) days!: number;
  @Field(() => String, { nullable: true }) workspace?: string;
  @Field(() => String, { nullable: true, description: 'For this account instead of your own; for machines.' }) account?: string;
}
