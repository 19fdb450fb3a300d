import { HealthState, type PlatformPart } from '@tidegate/api';
import { askStatus } from '../supervisor/control-socket.js';

/** The processes of an instance, as its supervisor sees them. */
export async function supervisedParts(socket: string): Promise<PlatformPart[]> {
  const status = await askStatus(socket);
  if (!status) return [{ name: 'supervisor', state: HealthState.NOT_READY, ready: 0, wanted: 1, restarts: null, why: 'The supervisor does not answer.' }];
  return status.parts.map(({ name, state, restarts, lastWords }) => {
    const isReady = state === 'ready';
    return { name, state: isReady ? HealthState.READY : HealthState.NOT_READY, ready: isReady ? 1 : 0, wanted: 1, restarts, why: isReady ? null : (lastWords ?? `It is ${state}.`) };
  });
}
