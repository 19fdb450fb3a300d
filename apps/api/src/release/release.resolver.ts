import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { ReleaseService } from './release.service.js';
import { ActOnReleaseInput, ReleaseObject, SignalSecond } from './release.types.js';
import { toSignalSecond } from './to-signal-second.js';
import { streamOf } from '../edge/stream-of.js';

const MOST_SECONDS = 900;

@Resolver(() => ReleaseObject)
export class ReleaseResolver {
  constructor(
    @Inject(ReleaseService) private readonly service: ReleaseService,
    @Inject(API_PORTS) private readonly ports: ApiPorts,
  ) {}

  @Query(() => [ReleaseObject], { description: 'Newest first; of one namespace when given.' })
  releases(@Args('namespace', { type: () => String, nullable: true }) namespace?: string): ReleaseObject[] {
    return this.service.list(namespace);
  }

  @Query(() => ReleaseObject, { nullable: true })
  release(
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('name', { type: () => String }) name: string,
  ): ReleaseObject | null {
    return this.service.get(namespace, name);
  }

  @Query(() => [SignalSecond], { description: "A Service's closed seconds that are still in memory, oldest first." })
  async signals(
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('service', { type: () => String }) service: string,
    @Args('seconds', { type: () => Int, defaultValue: 300 }) seconds: number,
  ): Promise<SignalSecond[]> {
    const batches = await this.ports.signals.recent({ namespace, service }, Math.min(Math.max(1, seconds), MOST_SECONDS));
    return batches.flatMap((b) => toSignalSecond(b) ?? []);
  }

  @Mutation(() => ReleaseObject, { description: 'Promotes, pauses, resumes, aborts or rolls back. Done with the rights of whoever asks.' })
  actOnRelease(@Args('input', { type: () => ActOnReleaseInput }) input: ActOnReleaseInput): Promise<ReleaseObject> {
    return this.service.act(input);
  }

  @Subscription(() => [ReleaseObject], {
    name: 'releases',
    resolve: (value: ReleaseObject[]) => value,
    description: 'All releases, again whenever one changes.',
  })
  watchReleases(@Args('namespace', { type: () => String, nullable: true }) namespace?: string): AsyncIterableIterator<ReleaseObject[]> {
    return streamOf((push) => this.service.onChange(() => push(this.service.list(namespace))));
  }

  @Subscription(() => ReleaseObject, { name: 'release', nullable: true, resolve: (value: ReleaseObject | null) => value })
  watchRelease(
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('name', { type: () => String }) name: string,
  ): AsyncIterableIterator<ReleaseObject | null> {
    return streamOf((push) =>
      this.service.onChange((key) => {
        if (key === undefined || key === `${namespace}/${name}`) push(this.service.get(namespace, name));
      }),
    );
  }

  @Subscription(() => SignalSecond, {
    name: 'signals',
    resolve: (value: SignalSecond) => value,
    description: 'Each second of a Service as it closes.',
  })
  watchSignals(
    @Args('namespace', { type: () => String }) namespace: string,
    @Args('service', { type: () => String }) service: string,
  ): AsyncIterableIterator<SignalSecond> {
    return streamOf((push) => {
      const subscription = this.ports.signals.subscribe({ namespace, service }, (batch) => {
        const second = toSignalSecond(batch);
        if (second) push(second);
      });
      return () => subscription.close();
    });
  }
}
