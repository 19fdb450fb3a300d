import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  POD_CONFIG_INVALID: 'A container refers to something that does not exist.',
  POD_VOLUME_PENDING: 'A pod waits for a volume that its claim is not bound to yet.',
  POD_VOLUME_UNSUPPORTED: 'A pod has a volume that process pods cannot have.',
  POD_START_FAILED: 'The program of a container could not be started.',
  POD_EXEC_FAILED: 'A command in a container could not be run.',
});
