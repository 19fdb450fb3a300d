import { Inject } from '@nestjs/common';
import { Args, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import type { Caller } from '@tidegate/access';
import { CurrentCaller } from '../edge/caller.js';
import { FindObjects } from './find-objects.js';
import { ObjectService } from './object.service.js';
import { AppliedObject, ApplyInput, DeleteInput, DeletionPreview, KubernetesObject, ObjectInput, SearchHit, SettingsObject } from './object.types.js';

const namespace = { type: () => String };

@Resolver()
export class ObjectResolver {
  constructor(
    @Inject(ObjectService) private readonly objects: ObjectService,
    @Inject(FindObjects) private readonly find: FindObjects,
  ) {}

  @Query(() => KubernetesObject, { nullable: true, description: 'Of any kind, values of a Secret included, as far as you may read it.' })
  object(@CurrentCaller() caller: Caller, @Args('input', { type: () => ObjectInput }) input: ObjectInput): Promise<KubernetesObject | null> {
    return this.objects.get(caller, input);
  }

  @Mutation(() => [AppliedObject], { description: 'Server-side apply as you. What is refused is told object by object.' })
  applyYaml(@CurrentCaller() caller: Caller, @Args('input', { type: () => ApplyInput }) input: ApplyInput): Promise<AppliedObject[]> {
    return this.objects.apply(caller, input);
  }

  @Query(() => DeletionPreview, { description: 'What goes with the object when it is deleted.' })
  deletionPreview(@CurrentCaller() caller: Caller, @Args('input', { type: () => ObjectInput }) input: ObjectInput): Promise<DeletionPreview> {
    return this.objects.deletionPreview(caller, input);
  }

  @Mutation(() => Boolean)
  deleteObject(@CurrentCaller() caller: Caller, @Args('input', { type: () => DeleteInput }) input: DeleteInput): Promise<boolean> {
    return this.objects.delete(caller, input);
  }

  @Query(() => [SettingsObject], { description: 'At most 500.' })
  configMaps(@CurrentCaller() caller: Caller, @Args('namespace', namespace) of: string): Promise<SettingsObject[]> {
    return this.objects.settings(caller, 'configMaps', of);
  }

  @Query(() => [SettingsObject], { description: 'Without their values; at most 500.' })
  secrets(@CurrentCaller() caller: Caller, @Args('namespace', namespace) of: string): Promise<SettingsObject[]> {
    return this.objects.settings(caller, 'secrets', of);
  }

  @Query(() => [SearchHit], { description: 'Objects whose name contains the text.' })
  search(@CurrentCaller() caller: Caller, @Args('text', { type: () => String }) text: string, @Args('first', { type: () => Int, defaultValue: 20, description: 'At most 100.' }) first: number): Promise<SearchHit[]> {
    return this.find.search(caller, text, first);
  }

  @Query(() => String, { description: 'The OpenAPI v3 document of a group and version, as JSON: for completion in editors.' })
  openApi(@CurrentCaller() caller: Caller, @Args('apiVersion', { type: () => String, description: 'Such as v1 or apps/v1.' }) apiVersion: string): Promise<string> {
    return this.objects.schema(caller, apiVersion);
  }
}
