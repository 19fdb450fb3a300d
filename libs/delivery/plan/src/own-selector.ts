import type { Service } from '@tidegate/kube';

/** By which the mesh notes the selector of a Service whose clients it leads to its proxy: meanwhile the Service has none. */
const SELECTOR_ANNOTATION = 'mesh.tidegate.dev/selector';

/** The Service as its author wrote it: what it selects is told by its selector, or by that note. */
export function withOwnSelector(service: Service): Service {
  const kept = service.metadata?.annotations?.[SELECTOR_ANNOTATION];
  if (kept === undefined || Object.keys(service.spec?.selector ?? {}).length > 0) return service;
  const selector = readLabels(kept);
  return selector ? { ...service, spec: { ...service.spec, selector } } : service;
}

function readLabels(text: string): Record<string, string> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? Object.fromEntries(entries) : undefined;
  } catch {
    // Spoilt by hand: the Service counts as it is.
    return undefined;
  }
}
