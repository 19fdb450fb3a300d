import { CONFIGURATION_GENERATION_LABEL, readinessOf, type Configuration, type Revision } from '@tidegate/serving-contract';

/**
 * The newest Revision that is ready, never older than the one that was. The one that the template names is the newest, whatever its
 * generation: that is how one goes back to an older Revision. The one that was stays when none is ready.
 */
export function latestReady(configuration: Configuration, revisions: readonly Revision[], created: Revision): string | undefined {
  const before = configuration.status?.latestReadyRevisionName;
  const named = configuration.spec.template.metadata?.name;
  const previous = revisions.find((r) => r.metadata?.name === before);
  const from = previous && generationOf(previous);
  const to = configuration.metadata?.generation ?? 0;
  const candidates = revisions.filter((r) => {
    if (named !== undefined && r.metadata?.name === created.metadata?.name) return true;
    const generation = generationOf(r);
    return from === undefined || (generation >= from && generation <= to);
  });
  const newest = candidates
    .sort((a, b) => Number(isNamed(b, named)) - Number(isNamed(a, named)) || generationOf(b) - generationOf(a))
    .find((r) => readinessOf(r) === 'True');
  return newest?.metadata?.name ?? before;
}

function isNamed(revision: Revision, name: string | undefined): boolean {
  return name !== undefined && revision.metadata?.name === name;
}

function generationOf(revision: Revision): number {
  return Number(revision.metadata?.labels?.[CONFIGURATION_GENERATION_LABEL]) || 0;
}
