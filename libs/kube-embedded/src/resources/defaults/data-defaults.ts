import { type JsonObject, cloneJson, ensureObject, objectAt, setDefault } from '@tidegate/kube/json';
import { setPodSpecDefaults } from './pod-defaults.js';

export function setPodTemplateDefaults(template: JsonObject): void {
  const podSpec = objectAt(template, 'template', 'spec');
  if (podSpec) setPodSpecDefaults(podSpec);
}

/** Without a selector of its own a ReplicationController selects what it makes. */
export function setReplicationControllerDefaults(controller: JsonObject): void {
  const spec = ensureObject(controller, 'spec');
  const labels = objectAt(spec, 'template', 'metadata', 'labels');
  if (labels && !objectAt(spec, 'selector')) spec.selector = cloneJson(labels);
  const metadata = ensureObject(controller, 'metadata');
  if (labels && !objectAt(metadata, 'labels')) metadata.labels = cloneJson(labels);
  setDefault(spec, 'replicas', 1);
  const podSpec = objectAt(spec, 'template', 'spec');
  if (podSpec) setPodSpecDefaults(podSpec);
}

export function setCsiDriverDefaults(driver: JsonObject): void {
  const spec = ensureObject(driver, 'spec');
  setDefault(spec, 'attachRequired', true);
  setDefault(spec, 'podInfoOnMount', false);
  setDefault(spec, 'storageCapacity', false);
  setDefault(spec, 'fsGroupPolicy', 'ReadWriteOnceWithFSType');
  setDefault(spec, 'volumeLifecycleModes', ['Persistent']);
  setDefault(spec, 'requiresRepublish', false);
  setDefault(spec, 'seLinuxMount', false);
}
