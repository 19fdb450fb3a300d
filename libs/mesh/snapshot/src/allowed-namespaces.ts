import type { Namespace } from '@tidegate/kube';
import type { LabelSelector } from '@tidegate/mesh-contract';

export interface AllowedNamespaces {
  from?: 'All' | 'Selector' | 'Same' | 'None';
  selector?: LabelSelector;
}

/** May objects of namespace `from` attach to one of namespace `own`? `fallback` is what an absent `from` field means. */
export function namespaceIsAllowed(
  allowed: AllowedNamespaces | undefined,
  fallback: 'Same' | 'None',
  own: string,
  from: string,
  namespace: Namespace | undefined,
): boolean {
  switch (allowed?.from ?? fallback) {
    case 'All':
      return true;
    case 'None':
      return false;
    case 'Same':
      return from === own;
    case 'Selector':
      return allowed?.selector !== undefined && selects(allowed.selector, namespace?.metadata?.labels ?? {});
  }
}

/** Label selector of Kubernetes; an unknown operator selects nothing. */
export function selects(selector: LabelSelector, labels: Record<string, string>): boolean {
  const equal = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    equal &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value);
        case 'NotIn':
          return value === undefined || !values.includes(value);
        case 'Exists':
          return value !== undefined;
        case 'DoesNotExist':
          return value === undefined;
        default:
          return false;
      }
    })
  );
}
