import type { GuardedAction } from '../edge/permission.js';

/** Objects are made and changed by apply, which is a patch even where nothing was. A release begins with its Strategy. */
const RESOURCES = {
  createService: { group: 'serving.knative.dev', resource: 'services' },
  createRelease: { group: 'delivery.tidegate.dev', resource: 'strategies' },
  editConfigMaps: { group: '', resource: 'configmaps' },
  editSecrets: { group: '', resource: 'secrets' },
};

export function actionsIn({ name, isEnding }: { name: string; isEnding: boolean }): GuardedAction[] {
  const impossible = isEnding ? `The project ${name} is being deleted.` : undefined;
  return Object.entries(RESOURCES).map(([action, of]) => ({ action, needs: { ...of, verb: 'patch', namespace: name }, impossible }));
}
