import { KubeClient, kinds, pathOf, type Kind, type KubeObject } from '@tidegate/kube';
import {
  backendTlsPolicies,
  gatewayClasses,
  gateways,
  grpcRoutes,
  httpRoutes,
  listenerSets,
  referenceGrants,
  tcpRoutes,
  tlsRoutes,
  trafficPolicies,
} from '@tidegate/mesh-contract';
import { ScriptedTransport, refusal, type ScriptedFrame, type ScriptedRequest } from '@tidegate/testing';

const KINDS: readonly Kind[] = [
  gatewayClasses,
  gateways,
  httpRoutes,
  grpcRoutes,
  listenerSets,
  tlsRoutes,
  tcpRoutes,
  backendTlsPolicies,
  referenceGrants,
  trafficPolicies,
  kinds.configMaps,
  kinds.services,
  kinds.endpointSlices,
  kinds.namespaces,
  kinds.secrets,
  kinds.ipAddresses,
  kinds.pods,
];

type Body = KubeObject & { spec?: unknown; status?: Record<string, unknown> };

/** A cluster played by a script: lists, watches, and status patches with optimistic locking. */
export class ScriptedCluster {
  readonly transport = new ScriptedTransport();
  readonly client = new KubeClient(this.transport);
  /** Status patches that were accepted, as `plural/namespace/name`. */
  readonly statusWrites: string[] = [];
  /** Status patches are answered 503. */
  refuseStatus = false;
  refusedWrites = 0;
  private readonly statusListeners = new Set<(key: string, status: Record<string, unknown>) => void>();
  private readonly objects = new Map<string, Body>();
  private version = 100;

  constructor() {
    for (const kind of KINDS) this.script(kind, pathOf(kind));
    this.script(kinds.configMaps, pathOf(kinds.configMaps, 'tidegate-system'));
  }

  /** Creates or replaces; a new spec counts a new generation. */
  put<T extends KubeObject>(kind: Kind<T>, given: T & { spec?: unknown }): void {
    const key = this.keyOf(kind, given.metadata?.namespace, given.metadata?.name ?? '');
    const before = this.objects.get(key);
    const generation = (before?.metadata?.generation ?? 0) + 1;
    const metadata = { uid: key, creationTimestamp: '2026-01-01T00:00:00Z', ...given.metadata, generation, resourceVersion: this.next() };
    const object: Body = { ...given, ...(before?.status ? { status: before.status } : {}), metadata };
    this.objects.set(key, object);
    this.emit(kind, before ? 'MODIFIED' : 'ADDED', object);
  }

  remove(kind: Kind, namespace: string, name: string): void {
    const key = this.keyOf(kind, namespace, name);
    const object = this.objects.get(key);
    this.objects.delete(key);
    if (object) this.emit(kind, 'DELETED', { ...object, metadata: { ...object.metadata, resourceVersion: this.next() } });
  }

  /** Another controller writes the status. */
  writeStatus(kind: Kind, namespace: string | undefined, name: string, status: Record<string, unknown>): void {
    const key = this.keyOf(kind, namespace, name);
    const object = this.objects.get(key);
    if (!object) throw new Error(`${key} does not exist`);
    const written: Body = {
      ...object,
      status: { ...object.status, ...status },
      metadata: { ...object.metadata, resourceVersion: this.next() },
    };
    this.objects.set(key, written);
    this.emit(kind, 'MODIFIED', written);
  }

  /** Calls with every status patch that is accepted; returns the way to end it. */
  onStatus(listener: (key: string, status: Record<string, unknown>) => void): () => void {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  get(kind: Kind, namespace: string | undefined, name: string): Body | undefined {
    return this.objects.get(this.keyOf(kind, namespace, name));
  }

  /** The condition of a route towards its first parent of ours. */
  routeCondition(name: string, type: string): { status: string; reason: string; message: string; observedGeneration: number } | undefined {
    const parents = (this.get(httpRoutes, 'shop', name)?.status?.['parents'] ?? []) as { controllerName: string; conditions: never[] }[];
    const ours = parents.find((p) => p.controllerName === 'tidegate.dev/gateway-controller');
    return ours?.conditions.find((c: { type: string }) => c.type === type);
  }

  private keyOf(kind: Kind, namespace: string | undefined, name: string): string {
    return `${kind.plural}/${namespace ?? ''}/${name}`;
  }

  private next(): string {
    return String(++this.version);
  }

  private script(kind: Kind, path: string): void {
    this.transport.on('GET', path, () => ({
      status: 200,
      body: {
        items: [...this.objects].filter(([key]) => key.startsWith(`${kind.plural}/`)).map(([, object]) => object),
        metadata: { resourceVersion: String(this.version) },
      },
    }));
  }

  private emit(kind: Kind, type: ScriptedFrame['type'], object: Body): void {
    const paths = [pathOf(kind), pathOf(kind, 'tidegate-system')];
    for (const watch of this.transport.watches) if (!watch.closed && paths.includes(watch.request.path)) watch.send(type, object);
    const { namespace, name = '' } = object.metadata ?? {};
    this.transport.on('PATCH', pathOf(kind, namespace, name, 'status'), (request) => this.patchStatus(kind, namespace, name, request));
  }

  private patchStatus(
    kind: Kind,
    namespace: string | undefined,
    name: string,
    request: ScriptedRequest,
  ): { status: number; body: unknown } {
    const sent = request.body as { metadata: { resourceVersion: string }; status: Record<string, unknown> };
    const object = this.get(kind, namespace, name);
    if (this.refuseStatus) {
      this.refusedWrites++;
      return refusal(503, 'ServiceUnavailable', 'the script refuses');
    }
    if (!object) return refusal(404, 'NotFound', `${name} not found`);
    if (object.metadata?.resourceVersion !== sent.metadata.resourceVersion) return refusal(409, 'Conflict', 'the object has been modified');
    this.statusWrites.push(this.keyOf(kind, namespace, name));
    for (const listener of this.statusListeners) listener(this.keyOf(kind, namespace, name), sent.status);
    this.writeStatus(kind, namespace, name, sent.status);
    return { status: 200, body: this.get(kind, namespace, name) };
  }
}
