import { type JsonObject, objectAt, objectsAt } from '@tidegate/kube/json';

/** How many devices a request wants when it does not say, and how its tolerations compare. */
function setRequestDefaults(request: JsonObject | undefined): void {
  if (!request) return;
  request.allocationMode ??= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ??= 1;
  for (const toleration of objectsAt(request, 'tolerations')) toleration.operator ??= 'Equal';
}

function setDeviceClaimDefaults(spec: JsonObject | undefined): void {
  for (const request of objectsAt(objectAt(spec, 'devices'), 'requests')) {
    setRequestDefaults(objectAt(request, 'exactly'));
    objectsAt(request, 'firstAvailable').forEach(setRequestDefaults);
  }
}

export const setResourceClaimDefaults = (claim: JsonObject): void => setDeviceClaimDefaults(objectAt(claim, 'spec'));
export const setResourceClaimTemplateDefaults = (template: JsonObject): void => setDeviceClaimDefaults(objectAt(template, 'spec', 'spec'));
