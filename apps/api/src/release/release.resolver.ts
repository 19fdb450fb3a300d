import type { Caller } from '@tidegate/access';
import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Parent, Query, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { CurrentCaller } from '../edge/caller.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { ReleaseService } from './release.service.js';
import { ActOnReleaseInput, ActionPermission, ReleaseObject, ReleasePage, type SeenRelease, SignalSecond } from './release.types.js';
import { toSignalSecond } from './to-signal-second.js';
import { requireRight, streamWhileAllowed } from '../edge/visible.js';

const MOST_SECONDS = 900;
/** What is seen of a Service's traffic is part of the Service. */
const SIGNALS = { group: '', resource: 'services' };

@Resolver(() => ReleaseObject)
export class ReleaseResolver {
  constructor(
    @Inject(ReleaseService) private readonly service: ReleaseService,
    @Inject(API_PORTS) private readonly ports: ApiPorts,
  ) {}

  @ResolveField(() => [ActionPermission])
  can(@CurrentCaller() caller: Caller, @Parent() release: ReleaseObject): Promise<ActionPermission[]> {
    return this.service.can(caller, release);
  }

  @Query(() => [ReleaseObject], { description: 'Newest first; of one namespace when given.' })
  releases(@CurrentCaller() caller: Caller, @Args('namespace', { type: () => String, nullable: true }) namespace?: string): Promise<SeenRelease[]> {
    return this.service.list(caller, namespace);
  }

  @Query(() => ReleaseObject, { nullable: true, description: 'Of several that had the same name the newest, or the one of a uid.' })
  release(
    @CurrentCaller() caller: Caller,
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('name', { type: () => String }) name: string,
    @Args('uid', { type: () => String, nullable: true }) uid?: string,
  ): Promise<SeenRelease | null> {
    return this.service.get(caller, namespace, name, uid);
  }

  @Query(() => ReleasePage, { description: 'Those that are over, of one project or of all that you may see, newest first, as far back as two years; without a database the newest that Kubernetes keeps.' })
  releaseHistory(
    @CurrentCaller() caller: Caller,
    @Args('first', { type: () => Int, defaultValue: 50, description: 'At most 200.' }) first: number,
    @Args('namespace', { type: () => String, nullable: true }) namespace?: string,
    @Args('service', { type: () => String, nullable: true }) service?: string,
    @Args('before', { type: () => String, nullable: true }) before?: string,
  ): Promise<{ nodes: SeenRelease[]; endCursor: string | null }> {
    return this.service.history(caller, { namespace, service, first, before });
  }

  @Query(() => [SignalSecond], { description: "A Service's closed seconds that are still in memory, oldest first." })
  async signals(
    @CurrentCaller() caller: Caller,
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('service', { type: () => String }) service: string,
    @Args('seconds', { type: () => Int, defaultValue: 300 }) seconds: number,
  ): Promise<SignalSecond[]> {
    await requireRight(this.ports.rights, caller, { ...SIGNALS, verb: 'get', namespace, name: service });
    const batches = await this.ports.signals.recent({ namespace, service }, Math.min(Math.max(1, seconds), MOST_SECONDS));
    return batches.flatMap((b) => toSignalSecond(b) ?? []);
  }

  @Mutation(() => ReleaseObject, { description: 'Promotes, pauses, resumes, aborts or rolls back. Done with the rights of whoever asks.' })
  actOnRelease(@CurrentCaller() caller: Caller, @Args('input', { type: () => ActOnReleaseInput }) input: ActOnReleaseInput): Promise<SeenRelease> {
    return this.service.act(caller, input);
  }

  @Subscription(() => [ReleaseObject], {
    name: 'releases',
    resolve: (value: SeenRelease[]) => value,
    description: 'All releases, again whenever one changes.',
  })
  watchReleases(@CurrentCaller() caller: Caller, @Args('namespace', { type: () => String, nullable: true }) namespace?: string): AsyncIterableIterator<SeenRelease[]> {
    return this.service.watchAll(caller, namespace);
  }

  @Subscription(() => ReleaseObject, { name: 'release', nullable: true, resolve: (value: SeenRelease | null) => value })
  watchRelease(
    @CurrentCaller() caller: Caller,
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('name', { type: () => String }) name: string,
  ): Promise<AsyncIterableIterator<SeenRelease | null>> {
    return this.service.watch(caller, namespace, name);
  }

  @Subscription(() => SignalSecond, {
    name: 'signals',
    resolve: (value: SignalSecond) => value,
    description: 'Each second of a Service as it closes.',
  })
  watchSignals(
    @CurrentCaller() caller: Caller,
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('service', { type: () => String }) service: string,
  ): Promise<AsyncIterableIterator<SignalSecond>> {
    return streamWhileAllowed(this.ports.rights, caller, { ...SIGNALS, verb: 'get', namespace, name: service }, (push) => {
      const subscription = this.ports.signals.subscribe({ namespace, service }, (batch) => {
        const second = toSignalSecond(batch);
        if (second) push(second);
      });
      return () => subscription.close();
    });
  }
}
