import type { Caller } from '@tidegate/access';
import { Inject, Injectable } from '@nestjs/common';
import { ACTION_ANNOTATION, ACTION_BY_ANNOTATION, ACTION_REASON_ANNOTATION, releases, type Release } from '@tidegate/delivery-contract';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { keyOf } from '@tidegate/kube';
import { audited } from '../audit/audited.js';
import { asCaller } from '../edge/as-caller.js';
import { streamOf } from '../edge/stream-of.js';
import { requireRight, streamWhileAllowed, visible } from '../edge/visible.js';
import { workspaceOf } from '../cluster/caches.js';
import { API_PORTS, type ApiPorts } from '../cluster/cluster.module.js';
import { actionIsRefused } from './release-actions.js';
import type { ActOnReleaseInput, ReleaseObject } from './release.types.js';
import { toRelease } from './to-release.js';

const codes = defineErrors({
  API_RELEASE_NOT_FOUND: 'A release that a call names does not exist.',
  API_RELEASE_ACTION_REFUSED: 'A release cannot do what was asked in the state it is in.',
  API_INPUT_INVALID: 'A field of the input is not valid.',
});
const LONGEST_REASON = 500;
const RELEASES = { group: 'delivery.tidegate.dev', resource: 'releases' };

@Injectable()
export class ReleaseService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  /** Those that the caller may list. Of one namespace when given, and refused then when the caller may not. */
  async list(caller: Caller, namespace?: string): Promise<ReleaseObject[]> {
    const { rights } = this.ports;
    if (namespace !== undefined) await requireRight(rights, caller, { ...RELEASES, verb: 'list', namespace });
    const started = (r: Release): string => r.status?.startedAt ?? r.metadata?.creationTimestamp ?? '';
    const seen = await visible(rights, caller, RELEASES, this.ports.releases.list(namespace));
    return seen.sort((a, b) => started(b).localeCompare(started(a))).map(toRelease);
  }

  async get(caller: Caller, namespace: string, name: string): Promise<ReleaseObject | null> {
    await requireRight(this.ports.rights, caller, { ...RELEASES, verb: 'get', namespace, name });
    return this.now(namespace, name);
  }

  private now(namespace: string, name: string): ReleaseObject | null {
    const release = this.ports.releases.get(namespace, name);
    return release ? toRelease(release) : null;
  }

  watch(caller: Caller, namespace: string, name: string): Promise<AsyncIterableIterator<ReleaseObject | null>> {
    return streamWhileAllowed(this.ports.rights, caller, { ...RELEASES, verb: 'watch', namespace, name }, (push) =>
      this.onChange((key) => {
        if (key === undefined || key === `${namespace}/${name}`) push(this.now(namespace, name));
      }),
    );
  }

  /** Again whenever one of them changes, or what the caller may see. */
  watchAll(caller: Caller, namespace?: string): AsyncIterableIterator<ReleaseObject[]> {
    return streamOf((push) => {
      const send = (): void => void this.list(caller, namespace).then(push, () => push([]));
      const ends = [this.onChange(send), this.ports.rights.onChange(send)];
      return () => ends.forEach((end) => end());
    });
  }

  /** Calls `listener` once at first, without a key, and then with the key of each release that changes. */
  private onChange(listener: (key: string | undefined) => void): () => void {
    let replaying = true;
    const end = this.ports.releases.onChange(({ object }) => {
      if (!replaying) listener(keyOf(object));
    });
    replaying = false;
    listener(undefined);
    return end;
  }

  /** Leaves the wish on the object; the strategy controller takes it up. Throws API_RELEASE_NOT_FOUND, API_RELEASE_ACTION_REFUSED. */
  async act(caller: Caller, { namespace, name, action, reason }: ActOnReleaseInput): Promise<ReleaseObject> {
    if ((reason?.length ?? 0) > LONGEST_REASON) {
      throw new TidegateError(codes.API_INPUT_INVALID, `input.reason is longer than ${LONGEST_REASON} characters.`, {
        remedy: 'Say it shorter.',
      });
    }
    const entry = {
      caller,
      action: `release.${action.toLowerCase()}`,
      object: { ...RELEASES, namespace, name },
      workspace: workspaceOf(this.ports.caches, namespace),
      reason: reason ?? undefined,
    };
    return audited(this.ports.people.audit, entry, async () => {
      await requireRight(this.ports.rights, caller, { ...RELEASES, verb: 'patch', namespace, name });
      const person = asCaller(this.ports.own, caller);
      const release = await person.get(releases, name, namespace);
      if (!release) {
        throw new TidegateError(codes.API_RELEASE_NOT_FOUND, `There is no release ${name} in namespace ${namespace}.`, {
          remedy: 'List them with the query `releases`.',
        });
      }
      const refused = actionIsRefused(release, action);
      if (refused) throw new TidegateError(codes.API_RELEASE_ACTION_REFUSED, refused);
      const annotations = {
        [ACTION_ANNOTATION]: action.toLowerCase(),
        [ACTION_BY_ANNOTATION]: caller.user,
        [ACTION_REASON_ANNOTATION]: reason ?? null,
      };
      return toRelease(await person.patch(releases, name, namespace, { type: 'merge', body: { metadata: { annotations } } }));
    });
  }
}
