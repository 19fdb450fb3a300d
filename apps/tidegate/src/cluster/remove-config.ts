import { z } from 'zod';

/** `cluster/remove.js`: runs once after an uninstall, and ends. */
export const RemoveConfig = z.strictObject({
  namespace: z.string().describe('Namespace of the release.'),
  release: z.string().describe("The Helm release's name: its pods have to have ended."),
  keepKinds: z.boolean().describe('Whether the kinds stay, and with them what users made of them.'),
  kubeconfig: z.string().optional().describe('Kubeconfig of the process’s identity; the pod’s service account when absent.'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
});
export type RemoveConfig = z.infer<typeof RemoveConfig>;
