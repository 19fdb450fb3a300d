import { causeChain } from '@tidegate/kernel';
import type { ResourceType, Snapshot, XdsResource } from '@tidegate/mesh-snapshot';
import { encodeResource } from './encode-resource.js';
import { RESOURCE_TYPES, keyOfResource, type EncodedResource, type ResourceView } from './resource-view.js';

type ByName = Map<string, EncodedResource>;

/**
 * The encoded form of the newest snapshot. A resource is encoded once, however many proxies take it, and again only when it is another
 * object than before. Bounded by the snapshot.
 */
export class ResourceStore implements ResourceView {
  private readonly current: Record<ResourceType, ByName> = emptyTables();
  private readonly good: Record<ResourceType, ByName> = emptyTables();
  private readonly sources = new Map<string, XdsResource>();
  private readonly faults = new Map<string, string>();

  get(type: ResourceType, name: string): EncodedResource | undefined {
    return this.current[type].get(name);
  }
  names(type: ResourceType): Iterable<string> {
    return this.current[type].keys();
  }
  lastGood(type: ResourceType, name: string): EncodedResource | undefined {
    return this.good[type].get(name);
  }
  count(type: ResourceType): number {
    return this.current[type].size;
  }
  /** Why a resource could not be encoded; its form before stays in force. */
  faultOf(key: string): string | undefined {
    return this.faults.get(key);
  }
  /** A proxy has accepted this form. */
  confirm(resource: EncodedResource): void {
    if (this.current[resource.type].has(resource.name)) this.good[resource.type].set(resource.name, resource);
  }

  /** Takes a snapshot; gives the names that changed, by type. */
  replace(snapshot: Snapshot): Record<ResourceType, string[]> {
    const changed = Object.fromEntries(RESOURCE_TYPES.map((type) => [type, [] as string[]])) as Record<ResourceType, string[]>;
    for (const [key, source] of this.sources) {
      if (snapshot.resources.has(key)) continue;
      this.sources.delete(key);
      this.faults.delete(key);
      this.current[source.type].delete(source.name);
      this.good[source.type].delete(source.name);
      changed[source.type].push(source.name);
    }
    for (const [key, source] of snapshot.resources) {
      if (this.sources.get(key) === source) continue;
      this.sources.set(key, source);
      if (this.take(key, source)) changed[source.type].push(source.name);
    }
    return changed;
  }

  /** True when the resource's bytes are others than before. */
  private take(key: string, source: XdsResource): boolean {
    const before = this.current[source.type].get(source.name);
    try {
      const encoded = encodeResource(source);
      this.faults.delete(key);
      this.current[source.type].set(source.name, encoded.version === before?.version ? { ...before, owners: source.owners } : encoded);
      return encoded.version !== before?.version;
    } catch (error) {
      this.faults.set(keyOfResource(source.type, source.name), causeChain(error));
      return false;
    }
  }
}

function emptyTables(): Record<ResourceType, ByName> {
  return { cluster: new Map(), endpoints: new Map(), listener: new Map(), routes: new Map(), scope: new Map(), secret: new Map() };
}
