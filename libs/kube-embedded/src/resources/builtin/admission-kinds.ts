import { objectAt, objectsAt, textAt } from '@tidegate/kube/json';
import type { BuiltinKind } from '../builtin-kind.js';
import {
  admissionPolicyBindingTable,
  admissionPolicyTable,
  apiServiceTable,
  mutatingPolicyTable,
  customResourceDefinitionTable,
  webhookTable,
} from '../columns/extension-columns.js';
import {
  setAdmissionPolicyBindingDefaults,
  setAdmissionPolicyDefaults,
  setCustomResourceDefinitionDefaults,
  setMutatingPolicyDefaults,
  setWebhookDefaults,
} from '../defaults/platform-defaults.js';
import { webhookErrors } from '../validation/webhook-rules.js';
import { mutatingPolicyBindingErrors, mutatingPolicyErrors, policyBindingErrors, policyErrors } from '../validation/policy-rules.js';
import { definitionErrors } from '../validation/definition-rules.js';

const extension = { version: 'v1', namespaced: false, categories: ['api-extensions'] };
const admission = {
  ...extension,
  group: 'admissionregistration.k8s.io',
  component: 'io.k8s.api.admissionregistration.v1',
  hasGeneration: true,
};

export const admissionKinds: BuiltinKind[] = [
  {
    ...admission,
    kind: 'MutatingWebhookConfiguration',
    validate: webhookErrors,
    setDefaults: setWebhookDefaults,
    plural: 'mutatingwebhookconfigurations',
    table: webhookTable,
  },
  {
    ...admission,
    kind: 'ValidatingWebhookConfiguration',
    validate: webhookErrors,
    setDefaults: setWebhookDefaults,
    plural: 'validatingwebhookconfigurations',
    table: webhookTable,
  },
  {
    ...admission,
    kind: 'ValidatingAdmissionPolicy',
    validate: policyErrors,
    setDefaults: setAdmissionPolicyDefaults,
    plural: 'validatingadmissionpolicies',
    table: admissionPolicyTable,
  },
  {
    ...admission,
    kind: 'ValidatingAdmissionPolicyBinding',
    validate: policyBindingErrors,
    setDefaults: setAdmissionPolicyBindingDefaults,
    plural: 'validatingadmissionpolicybindings',
    table: admissionPolicyBindingTable,
  },
  {
    ...admission,
    kind: 'MutatingAdmissionPolicy',
    validate: mutatingPolicyErrors,
    setDefaults: setMutatingPolicyDefaults,
    plural: 'mutatingadmissionpolicies',
    table: mutatingPolicyTable,
  },
  {
    ...admission,
    kind: 'MutatingAdmissionPolicyBinding',
    validate: mutatingPolicyBindingErrors,
    setDefaults: setAdmissionPolicyBindingDefaults,
    plural: 'mutatingadmissionpolicybindings',
    table: admissionPolicyBindingTable,
  },
  {
    ...extension,
    group: 'apiextensions.k8s.io',
    component: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1',
    kind: 'CustomResourceDefinition',
    validate: definitionErrors,
    setDefaults: setCustomResourceDefinitionDefaults,
    prepareCreate: (crd) => {
      const stored = objectsAt(objectAt(crd, 'spec'), 'versions').filter((version) => version.storage === true);
      crd.status = { acceptedNames: { kind: '', plural: '' }, conditions: null, storedVersions: stored.map((version) => textAt(version, 'name')) };
    },
    plural: 'customresourcedefinitions',
    shortNames: ['crd', 'crds'],
    hasGeneration: true,
    table: customResourceDefinitionTable,
  },
  {
    ...extension,
    group: 'apiregistration.k8s.io',
    component: 'io.k8s.kube-aggregator.pkg.apis.apiregistration.v1',
    kind: 'APIService',
    plural: 'apiservices',
    table: apiServiceTable,
  },
];
