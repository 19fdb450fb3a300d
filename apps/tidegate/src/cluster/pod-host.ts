import { createLogger } from '@tidegate/kernel';
import type { ProcessHost } from '../process/run-process.js';

/** In a pod nobody hears a process but its log and its probes. */
export function podHost(name: string): ProcessHost {
  const log = createLogger(name);
  return {
    tell(message) {
      if (message.type === 'ready') log.info('ready');
      if (message.type === 'progress') log.info(message.text);
    },
    endsOn: ['SIGTERM', 'SIGINT'],
  };
}

/** What the downward API tells this pod; undefined outside of one. */
export const podName = (): string | undefined => process.env['POD_NAME'];
export const podAddress = (): string | undefined => process.env['POD_IP'];
