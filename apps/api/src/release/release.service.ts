import { Inject, Injectable } from '@nestjs/common';
import { ACTION_ANNOTATION, ACTION_BY_ANNOTATION, ACTION_REASON_ANNOTATION, releases, type Release } from '@tidegate/delivery-contract';
import { TidegateError, defineErrors } from '@tidegate/kernel';
import { keyOf } from '@tidegate/kube';
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

@Injectable()
export class ReleaseService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  list(namespace?: string): ReleaseObject[] {
    const started = (r: Release): string => r.status?.startedAt ?? r.metadata?.creationTimestamp ?? '';
    return [...this.ports.releases.list(namespace)].sort((a, b) => started(b).localeCompare(started(a))).map(toRelease);
  }

  get(namespace: string, name: string): ReleaseObject | null {
    const release = this.ports.releases.get(namespace, name);
    return release ? toRelease(release) : null;
  }

  /** Calls `listener` once at first, without a key, and then with the key of each release that changes. */
  onChange(listener: (key: string | undefined) => void): () => void {
    let replaying = true;
    const end = this.ports.releases.onChange(({ object }) => {
      if (!replaying) listener(keyOf(object));
    });
    replaying = false;
    listener(undefined);
    return end;
  }

  /** Leaves the wish on the object; the strategy controller takes it up. Throws API_RELEASE_NOT_FOUND, API_RELEASE_ACTION_REFUSED. */
  async act({ namespace, name, action, reason }: ActOnReleaseInput): Promise<ReleaseObject> {
    if ((reason?.length ?? 0) > LONGEST_REASON) {
      throw new TidegateError(codes.API_INPUT_INVALID, `input.reason is longer than ${LONGEST_REASON} characters.`, {
        remedy: 'Say it shorter.',
      });
    }
    const release = await this.ports.asPerson.get(releases, name, namespace);
    if (!release) {
      throw new TidegateError(codes.API_RELEASE_NOT_FOUND, `There is no release ${name} in namespace ${namespace}.`, {
        remedy: 'List them with the query `releases`.',
      });
    }
    const refused = actionIsRefused(release, action);
    if (refused) throw new TidegateError(codes.API_RELEASE_ACTION_REFUSED, refused);
    const annotations = {
      [ACTION_ANNOTATION]: action.toLowerCase(),
      [ACTION_BY_ANNOTATION]: this.ports.person,
      [ACTION_REASON_ANNOTATION]: reason ?? null,
    };
    return toRelease(await this.ports.asPerson.patch(releases, name, namespace, { type: 'merge', body: { metadata: { annotations } } }));
  }
}
