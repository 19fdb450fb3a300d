import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  EMB_RANGE_TAKEN: 'The loopback address range of an instance is in use by another instance.',
  EMB_RANGES_EXHAUSTED: 'Every loopback address range for embedded clusters is in use.',
  EMB_ADDRESSES_EXHAUSTED: 'An embedded cluster has given out all its loopback addresses of one sort.',
  EMB_POD_NETWORK: 'Pods cannot have network namespaces of their own.',
  EMB_PORTS_EXHAUSTED: 'No free port was found for a container or a Service.',
});
