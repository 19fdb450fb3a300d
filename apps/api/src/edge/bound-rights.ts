import type { Attributes, Caller, Right } from '@tidegate/access';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import type { ReviewedRights } from '@tidegate/rights';

export const codes = defineErrors({ API_OUTSIDE_OF_TOKEN: 'The token is bound to another workspace.' });

/** The rights of a caller as RBAC gives them and as his credential narrows them. */
export interface CallersRights {
  may(caller: Caller, attributes: Attributes): Promise<Right>;
  /** Of these namespaces those in which the caller has the right. */
  namespacesWith(caller: Caller, attributes: Omit<Attributes, 'namespace'>, namespaces: Iterable<string>): Promise<Set<string>>;
  onChange(listener: () => void): () => void;
}

/** A token that is bound to a workspace is good for that workspace's projects alone, whatever RBAC gives its account elsewhere. */
export class BoundRights implements CallersRights {
  constructor(
    private readonly reviewed: Pick<ReviewedRights, 'may' | 'namespacesWith' | 'onChange'>,
    /** Undefined for a namespace without workspace, and for one that is not there. */
    private readonly workspaceOf: (namespace: string) => string | undefined,
  ) {}

  async may(caller: Caller, attributes: Attributes): Promise<Right> {
    const outside = this.outside(caller, attributes);
    return outside === undefined ? this.reviewed.may(caller, attributes) : { allowed: false, because: outside };
  }

  namespacesWith(caller: Caller, attributes: Omit<Attributes, 'namespace'>, namespaces: Iterable<string>): Promise<Set<string>> {
    const { workspace } = caller;
    const inside = workspace === undefined ? namespaces : [...namespaces].filter((n) => this.workspaceOf(n) === workspace);
    return this.reviewed.namespacesWith(caller, attributes, inside);
  }

  onChange(listener: () => void): () => void {
    return this.reviewed.onChange(listener);
  }

  private outside({ workspace }: Caller, { namespace, group, resource, name }: Attributes): string | undefined {
    if (workspace === undefined) return undefined;
    const isInside = namespace === undefined ? group === 'tenancy.tidegate.dev' && resource === 'workspaces' && name === workspace : this.workspaceOf(namespace) === workspace;
    return isInside ? undefined : `This token is bound to the workspace "${workspace}".`;
  }
}

/** For calls that go to Kubernetes as the caller, which does not know of the binding. Throws API_OUTSIDE_OF_TOKEN. */
export function requireUnbound(caller: Caller): void {
  if (caller.workspace === undefined) return;
  throw new TidegateError(codes.API_OUTSIDE_OF_TOKEN, `This token is bound to the workspace "${caller.workspace}", and the call reaches further.`, { remedy: 'Use a token without a workspace.' });
}
