import { type Clock, type Logger, causeChain } from '@tidegate/kernel';
import { Discovery, Informer, type Kind, type KubeClient, type KubeObject, isForbidden } from '@tidegate/kube';

/** `kind.group`, the group empty for the core one. */
export type KindKey = string;
export const kindKey = (group: string, kind: string): KindKey => `${kind}.${stripped(group)}`;

/** As sigs.k8s.io/application reads it: `apps/v1` means apps, `core` and `v1` the core group. */
const stripped = (group: string): string => {
  const [name = ''] = group.split('/');
  return name === 'core' || /^v[0-9]+(alpha|beta)?[0-9]*$/.test(name) ? '' : name;
};

export interface Opened {
  kind: Kind;
  informer: Informer<KubeObject>;
}

export interface ComponentCachesContext {
  client: KubeClient;
  clock: Clock;
  log: Logger;
  /** Of an object of that kind in that namespace. */
  onChange: (kind: KindKey, namespace: string) => void;
}

/** What applications are made of: kinds are listed and watched from when an application names them until none does. Bounded by what is named. */
export class ComponentCaches {
  private readonly opened = new Map<KindKey, Promise<Opened | { problem: string }>>();

  constructor(private readonly context: ComponentCachesContext) {}

  /** Or why it cannot be looked at; what failed is tried again by the next who asks. */
  open(group: string, kindName: string): Promise<Opened | { problem: string }> {
    const key = kindKey(group, kindName);
    const known = this.opened.get(key);
    if (known) return known;
    const made = this.tryToOpen(stripped(group), kindName, key).then((result) => {
      if ('problem' in result) this.opened.delete(key);
      return result;
    });
    this.opened.set(key, made);
    return made;
  }

  /** Ends what nobody names any more. */
  keep(named: ReadonlySet<KindKey>): void {
    for (const [key, opening] of this.opened) {
      if (named.has(key)) continue;
      this.opened.delete(key);
      void opening.then((o) => ('informer' in o ? o.informer.stop() : undefined));
    }
  }

  stop(): void {
    this.keep(new Set());
  }

  private async tryToOpen(group: string, kindName: string, key: KindKey): Promise<Opened | { problem: string }> {
    const { client, clock, log, onChange } = this.context;
    const called = `${kindName}${group === '' ? '' : ` of ${group}`}`;
    try {
      const kind = await new Discovery(client).findPreferred(group, kindName);
      if (!kind) return { problem: `The cluster does not serve the kind ${called}.` };
      if (!kind.namespaced) return { problem: `${called} is not in namespaces: it cannot be a component.` };
      // An informer would try for ever.
      await client.list(kind, { limit: 1 });
      const informer = new Informer<KubeObject>({ client, clock, log }, kind);
      await informer.synced;
      informer.onChange(({ object }) => onChange(key, object.metadata?.namespace ?? ''));
      return { kind, informer };
    } catch (error) {
      if (isForbidden(error)) return { problem: `The platform may not list ${called}: a ClusterRole bound to its identity "tenancy" can give that.` };
      return { problem: `${called} could not be listed: ${causeChain(error).slice(0, 200)}.` };
    }
  }
}
