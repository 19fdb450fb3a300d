import { defineErrors } from '@tidegate/kernel';

export const codes = defineErrors({
  TELEMETRY_SOCKET_UNUSABLE: 'A unix socket of telemetry can’t be listened on.',
  TELEMETRY_UNREACHABLE: 'Telemetry does not answer on its socket.',
});
