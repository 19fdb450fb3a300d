import { readFileSync } from 'node:fs';
import path from 'node:path';
import { connect, defineKind, kinds, type KubeObject } from '@tidegate/kube';
import { readRecord } from '../instance/record.js';
import type { PlatformStatus } from '../supervisor/control-socket.js';
import type { CommandContext } from './run-command.js';

interface GatewayView extends KubeObject {
  spec?: { listeners?: { name: string; port: number; protocol: string }[] };
  status?: { addresses?: { value: string }[] };
}
const gateways = defineKind<GatewayView>({ group: 'gateway.networking.k8s.io', version: 'v1', kind: 'Gateway', plural: 'gateways', namespaced: true });

/** Where to go from here: console, Kubernetes API, gateways. Says nothing of what does not run. */
export async function describeAddresses(context: CommandContext, status: PlatformStatus): Promise<string[]> {
  const record = readRecord(context.paths);
  if (!record || (status.state !== 'ready' && status.state !== 'degraded')) return [];
  const token = readFileSync(path.join(context.paths.private, 'console-token'), 'utf8').trim();
  const lines = [
    '',
    `  Console         http://127.0.0.1:${record.port}/?token=${token}`,
    `  GraphQL         http://127.0.0.1:${record.port}/graphql`,
    `  Kubernetes API  https://127.0.0.1:${record.apiPort}`,
    `                  export KUBECONFIG=${context.paths.adminKubeconfig}`,
  ];
  for (const address of await gatewayAddresses(context)) lines.push(`  Gateway         ${address}`);
  if (status.readyAfterMs !== undefined) lines.push('', `Ready after ${(status.readyAfterMs / 1000).toFixed(1)} s. The embedded cluster is for laptops and tests: it is no boundary between hostile tenants.`);
  return lines;
}

async function gatewayAddresses(context: CommandContext): Promise<string[]> {
  const client = await connect({ kubeconfigPath: context.paths.adminKubeconfig });
  const { items } = await client.list(gateways);
  const ports = (await client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data ?? {};
  return items.flatMap((gateway) =>
    (gateway.status?.addresses ?? []).flatMap((address) =>
      (gateway.spec?.listeners ?? []).map((listener) => {
        const scheme = listener.protocol === 'HTTPS' ? 'https' : 'http';
        return `${scheme}://${address.value}:${ports[String(listener.port)] ?? listener.port}  (${gateway.metadata?.namespace}/${gateway.metadata?.name})`;
      }),
    ),
  );
}
