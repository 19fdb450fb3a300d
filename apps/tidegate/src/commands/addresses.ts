import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type KubeClient, connect, defineKind, kinds, type KubeObject } from '@tidegate/kube';
import { readRecord } from '../instance/record.js';
import type { PlatformStatus } from '../supervisor/control-socket.js';
import type { CommandContext } from './run-command.js';

interface GatewayView extends KubeObject {
  spec?: { listeners?: { name: string; port: number; protocol: string }[] };
  status?: { addresses?: { value: string }[] };
}
const gateways = defineKind<GatewayView>({
  group: 'gateway.networking.k8s.io',
  version: 'v1',
  kind: 'Gateway',
  plural: 'gateways',
  namespaced: true,
});

/** Where to go from here: console, Kubernetes API, gateways. Says nothing of what does not run. */
export async function describeAddresses(context: CommandContext, status: PlatformStatus): Promise<string[]> {
  const record = readRecord(context.paths);
  if (!record || (status.state !== 'ready' && status.state !== 'degraded')) return [];
  if (record.apiOnly)
    return ['', `  Kubernetes API  https://127.0.0.1:${record.apiPort}`, `                  export KUBECONFIG=${context.paths.adminKubeconfig}`];
  const token = readFileSync(path.join(context.paths.private, 'console-token'), 'utf8').trim();
  const lines = [
    '',
    `  Console         http://127.0.0.1:${record.port}/?token=${token}`,
    `  GraphQL         http://127.0.0.1:${record.port}/graphql`,
    `  Kubernetes API  https://127.0.0.1:${record.apiPort}`,
    `                  export KUBECONFIG=${context.paths.adminKubeconfig}`,
    `  kubectl         https://127.0.0.1:${record.port + 2}  with each person's own rights (docs/kubectl.md)`,
  ];
  for (const address of await gatewayAddresses(context)) lines.push(`  Gateway         ${address}`);
  if (status.readyAfterMs !== undefined)
    lines.push(
      '',
      `Ready after ${(status.readyAfterMs / 1000).toFixed(1)} s. The embedded cluster is for laptops and tests: it is no boundary between hostile tenants.`,
    );
  return lines;
}

function addressesOf(gateway: GatewayView, ports: Record<string, string>): string[] {
  return (gateway.status?.addresses ?? []).flatMap((address) =>
    (gateway.spec?.listeners ?? []).map(
      ({ protocol, port }) => `${protocol === 'HTTPS' ? 'https' : 'http'}://${address.value}:${ports[String(port)] ?? port}`,
    ),
  );
}

async function boundPorts(client: KubeClient): Promise<Record<string, string>> {
  return (await client.get(kinds.configMaps, 'loopback-ports', 'tidegate-system'))?.data ?? {};
}

async function gatewayAddresses(context: CommandContext): Promise<string[]> {
  const client = await connect({ kubeconfigPath: context.paths.adminKubeconfig });
  const ports = await boundPorts(client);
  const { items } = await client.list(gateways);
  return items.flatMap((gateway) =>
    addressesOf(gateway, ports).map((address) => `${address}  (${gateway.metadata?.namespace}/${gateway.metadata?.name})`),
  );
}

/** `http://address:port` of a Gateway's first listener; undefined while it has no address. */
export async function gatewayAddress(client: KubeClient, namespace: string, name: string): Promise<string | undefined> {
  const gateway = await client.get(gateways, name, namespace);
  return gateway && addressesOf(gateway, await boundPorts(client))[0];
}
