import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  ENVOY_MESSAGE_UNKNOWN: 'A message type is not among the Envoy definitions that this build carries.',
  ENVOY_MESSAGE_INVALID: 'Configuration for Envoy has a field that does not exist or a value of the wrong type.',
});
