import { silentLogger, systemClock } from '@tidegate/kernel';
import { type Informer, InformerSet, type KubeClient, keyFor } from '@tidegate/kube';
import { CONTROLLER_NAME, type HttpRoute, httpRoutes } from '@tidegate/mesh-contract';

/** Follows the routes of a namespace and tells when a generation is live on every proxy. */
export class LiveWatch {
  private readonly informers: InformerSet;
  private readonly routes: Informer<HttpRoute>;

  constructor(client: KubeClient, namespace: string) {
    this.informers = new InformerSet(client, { clock: systemClock, log: silentLogger });
    this.routes = this.informers.informer(httpRoutes, { namespace });
  }

  synced(): Promise<void> {
    return this.informers.synced();
  }

  /** Resolves when the mesh has said Live of the generation (or of a later one); throws after `limitMs`. */
  live(route: HttpRoute, limitMs = 15_000): Promise<void> {
    const { name = '', namespace = '', generation = 0 } = route.metadata ?? {};
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        end();
        reject(
          new Error(
            `${namespace}/${name} was not live within ${limitMs / 1000} s: ${JSON.stringify(this.routes.get(namespace, name)?.status)}`,
          ),
        );
      }, limitMs);
      const end = this.routes.onChange(({ object }) => {
        if (keyFor(object.metadata?.namespace, object.metadata?.name ?? '') === keyFor(namespace, name)) check(object);
      });
      const check = (object: HttpRoute | undefined): void => {
        if (object === undefined || !isLive(object, generation)) return;
        clearTimeout(timer);
        end();
        resolve();
      };
      check(this.routes.get(namespace, name));
    });
  }

  stop(): void {
    this.informers.stop();
  }
}

function isLive(route: HttpRoute, generation: number): boolean {
  const own = route.status?.parents?.find((p) => p.controllerName === CONTROLLER_NAME);
  const live = own?.conditions?.find((c) => c.type === 'Live');
  return live?.status === 'True' && (live.observedGeneration ?? 0) >= generation;
}
