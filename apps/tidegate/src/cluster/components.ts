import { TidegateError } from '@tidegate/kernel';
import type { WantedLeaf } from '@tidegate/mesh-ca';
import { codes } from '../errors.js';

/** The parts that run in a component, and whose names its certificate has: `<part>.tidegate`. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  traffic: ['mesh', 'telemetry', 'activator', 'autoscaler'],
  control: ['strategy-controller', 'serving-controller', 'tenancy-controller', 'admission-webhook', 'api'],
  gateway: ['gateway'],
  mesh: ['mesh'],
  telemetry: ['telemetry'],
  activator: ['activator'],
  autoscaler: ['autoscaler'],
  'strategy-controller': ['strategy-controller'],
  'serving-controller': ['serving-controller'],
  'tenancy-controller': ['tenancy-controller'],
  'admission-webhook': ['admission-webhook'],
  api: ['api'],
};

/** Certificates of components, whose Services are given by name. Throws CLI_USAGE for a component that does not exist. */
export function wantedLeaves(components: Readonly<Record<string, readonly string[]>>, namespace: string): WantedLeaf[] {
  return Object.entries(components).map(([component, services]) => {
    const parts = PARTS[component];
    if (!parts) {
      throw new TidegateError(codes.CLI_USAGE, `There is no component ${component}.`, {
        remedy: `There are ${Object.keys(PARTS).join(', ')}.`,
      });
    }
    const names = services.flatMap((service) => [
      service,
      `${service}.${namespace}`,
      `${service}.${namespace}.svc`,
      `${service}.${namespace}.svc.cluster.local`,
    ]);
    return { component, names: [...parts.map((part) => `${part}.tidegate`), ...names] };
  });
}
