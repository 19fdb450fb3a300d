import { Field, ObjectType } from '@nestjs/graphql';
import type { Attributes, Caller, CredentialScope, Right } from '@tidegate/access';
import type { CallersRights } from './bound-rights.js';

@ObjectType({ description: 'Whether you may do something with an object now, and if not, why.' })
export class Permission {
  @Field(() => String) action!: string;
  @Field(() => Boolean) allowed!: boolean;
  @Field(() => String, { nullable: true }) because!: string | null;
}

/** What an action needs of RBAC, and a sentence when the object's own state stands against it. */
export interface GuardedAction {
  action: string;
  needs: Attributes;
  /** That a token must have; default `write`. */
  scope?: CredentialScope;
  impossible?: string | undefined;
}

/** The right is told first: who lacks it has no use for the state. */
export async function toPermission(rights: CallersRights, caller: Caller, { action, needs, scope = 'write', impossible }: GuardedAction): Promise<Permission> {
  const missing = caller.scopes.includes(scope) ? because(await rights.may(caller, needs)) : `Your token was made without the scope "${scope}".`;
  const why = missing ?? impossible ?? null;
  return { action, allowed: why === null, because: why };
}

const because = (right: Right): string | undefined => (right.allowed ? undefined : right.because);
