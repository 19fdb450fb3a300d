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
import { InvalidInput, requireBetween, requireName } from '../edge/input.js';
import { toPermission } from '../edge/permission.js';
import { actionIsRefused, phaseOf, releaseIsFinished } from './release-actions.js';
import type { ArchiveCursor } from './release-archive.js';
import { type ActOnReleaseInput, type ActionPermission, ReleaseAction, type SeenRelease } from './release.types.js';
import { toForgottenRelease, toRelease } from './to-release.js';

const codes = defineErrors({
  API_RELEASE_NOT_FOUND: 'A release that a call names does not exist.',
  API_RELEASE_ACTION_REFUSED: 'A release cannot do what was asked in the state it is in.',
  API_INPUT_INVALID: 'A field of the input is not valid.',
});
const LONGEST_REASON = 500;
const MOST_OF_PAGE = 200;
const RELEASES = { group: 'delivery.tidegate.dev', resource: 'releases' };

export interface HistoryQuery {
  namespace?: string | undefined;
  service?: string | undefined;
  first: number;
  before?: string | undefined;
}

@Injectable()
export class ReleaseService {
  constructor(@Inject(API_PORTS) private readonly ports: ApiPorts) {}

  /** Those that the caller may list. Of one namespace when given, and refused then when the caller may not. */
  async list(caller: Caller, namespace?: string): Promise<SeenRelease[]> {
    const { rights } = this.ports;
    if (namespace !== undefined) await requireRight(rights, caller, { ...RELEASES, verb: 'list', namespace });
    const started = (r: Release): string => r.status?.startedAt ?? r.metadata?.creationTimestamp ?? '';
    const seen = await visible(rights, caller, RELEASES, this.ports.releases.list(namespace));
    return seen.sort((a, b) => started(b).localeCompare(started(a))).map(toRelease);
  }

  /** The one that is there, else the newest of that name that is over; with `uid` that one alone. */
  async get(caller: Caller, namespace: string, name: string, uid?: string): Promise<SeenRelease | null> {
    await requireRight(this.ports.rights, caller, { ...RELEASES, verb: 'get', namespace, name });
    const present = this.now(namespace, name);
    if (present && (uid === undefined || uid === present.uid)) return present;
    if (!this.ports.archive.isOpen) return null;
    const archived = await this.ports.archive.get(namespace, name, uid);
    return archived ? toForgottenRelease(archived) : null;
  }

  /** Those that are over, also when Kubernetes has forgotten them; without a database those that it has. */
  async history(caller: Caller, { namespace, service, first, before }: HistoryQuery): Promise<{ nodes: SeenRelease[]; endCursor: string | null }> {
    requireBetween('first', first, 1, MOST_OF_PAGE);
    const namespaces = await this.namespacesToList(caller, namespace);
    const { archive, releases } = this.ports;
    if (!archive.isOpen) {
      const ended = (r: Release): string => r.status?.finishedAt ?? '';
      const over = namespaces.flatMap((n) => releases.list(n)).filter((r) => releaseIsFinished(r) && (service === undefined || r.spec.service === service));
      return { nodes: over.sort((a, b) => ended(b).localeCompare(ended(a))).slice(0, first).map(toRelease), endCursor: null };
    }
    const { rows, hasMore } = await archive.list(namespaces, service, { first, before: cursorIn(before) });
    const last = rows.at(-1);
    return { nodes: rows.map(({ release, uid }) => this.present(release, uid) ?? toForgottenRelease(release)), endCursor: hasMore && last ? Buffer.from(`${last.endedAt.toISOString()} ${last.uid}`).toString('base64url') : null };
  }

  can(caller: Caller, { namespace, name, phase }: Pick<SeenRelease, 'namespace' | 'name' | 'phase'>): Promise<ActionPermission[]> {
    const needs = { ...RELEASES, verb: 'patch', namespace, name };
    return Promise.all(
      Object.values(ReleaseAction).map(async (action) => {
        const { allowed, because } = await toPermission(this.ports.rights, caller, { action, needs, impossible: actionIsRefused(phase, action) });
        return { action, allowed, because };
      }),
    );
  }

  /** Of the one that is asked for, or of all projects. Throws API_INPUT_INVALID, API_FORBIDDEN. */
  private async namespacesToList(caller: Caller, namespace: string | undefined): Promise<string[]> {
    const { rights, caches } = this.ports;
    if (namespace === undefined) return [...(await rights.namespacesWith(caller, { ...RELEASES, verb: 'list' }, caches.namespaces.list().map((n) => n.metadata?.name ?? '')))];
    requireName('namespace', namespace);
    await requireRight(rights, caller, { ...RELEASES, verb: 'list', namespace });
    return [namespace];
  }

  private present(archived: Release, uid: string): SeenRelease | undefined {
    const found = this.now(archived.metadata?.namespace ?? '', archived.metadata?.name ?? '');
    return found?.uid === uid ? found : undefined;
  }

  private now(namespace: string, name: string): SeenRelease | null {
    const release = this.ports.releases.get(namespace, name);
    return release ? toRelease(release) : null;
  }

  watch(caller: Caller, namespace: string, name: string): Promise<AsyncIterableIterator<SeenRelease | null>> {
    return streamWhileAllowed(this.ports.rights, caller, { ...RELEASES, verb: 'watch', namespace, name }, (push) =>
      this.onChange((key) => {
        if (key === undefined || key === `${namespace}/${name}`) push(this.now(namespace, name));
      }),
    );
  }

  /** Again whenever one of them changes, or what the caller may see. */
  watchAll(caller: Caller, namespace?: string): AsyncIterableIterator<SeenRelease[]> {
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
  async act(caller: Caller, { namespace, name, action, reason }: ActOnReleaseInput): Promise<SeenRelease> {
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
      const refused = actionIsRefused(phaseOf(release), action);
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

/** Throws API_INPUT_INVALID. */
function cursorIn(before: string | undefined): ArchiveCursor | undefined {
  if (before === undefined) return undefined;
  const [at = '', uid = ''] = (before.length <= 500 ? Buffer.from(before, 'base64url').toString('utf8') : '').split(' ');
  const endedAt = new Date(at);
  if (Number.isNaN(endedAt.getTime()) || uid === '') throw new InvalidInput('before', 'before is not a cursor.', 'Take it from endCursor.');
  return { endedAt, uid };
}
