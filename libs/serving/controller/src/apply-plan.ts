import { toUserText, unreachable } from '@tidegate/kernel';
import {
  KubeApiError,
  apiVersionOf,
  isAlreadyExists,
  isConflict,
  isNotFound,
  type EventRecorder,
  type Kind,
  type KubeClient,
  type KubeObject,
  type WrittenObjects,
} from '@tidegate/kube';
import { isSame, type Action, type Plan } from '@tidegate/serving-plan';

export interface ApplyContext {
  client: KubeClient;
  written: WrittenObjects;
  recorder: EventRecorder;
}

/** What is planned for: the object as it was observed. */
export interface Subject<T extends KubeObject> {
  kind: Kind<T>;
  object: T & { status?: unknown };
}

/**
 * The only writer. Actions are done in the plan's order, then the status is written if it differs. A failure ends the actions and is told as an
 * event; the status is still written, as it is how the user hears of it, after `replan` had its say about the failure. What only raced with
 * a cache that was a moment behind is tried again in silence.
 */
export async function applyPlan<T extends KubeObject, S>(
  context: ApplyContext,
  subject: Subject<T>,
  plan: Plan<S>,
  replan: (failure: unknown) => Plan<S> | undefined = () => undefined,
): Promise<void> {
  try {
    for (const action of plan.actions) await applyAction(context, subject, action);
  } catch (failure) {
    if (isConflict(failure) || isAlreadyExists(failure)) throw failure;
    await writeStatus(context, subject, (replan(failure) ?? plan).status);
    throw failure;
  }
  await writeStatus(context, subject, plan.status);
}

async function writeStatus<T extends KubeObject>({ client, written }: ApplyContext, subject: Subject<T>, status: unknown): Promise<void> {
  const { kind, object } = subject;
  if (status === undefined || isSame(object.status, status)) return;
  try {
    written.note(kind, await client.replaceStatus(kind, { ...object, status }));
  } catch (error) {
    // Deleted meanwhile: nobody is left to be told.
    if (!isNotFound(error)) throw error;
  }
}

async function applyAction<T extends KubeObject>(context: ApplyContext, subject: Subject<T>, action: Action): Promise<void> {
  const { client, written } = context;
  switch (action.do) {
    case 'create':
      return create(context, subject, action.kind, action.object);
    case 'replace':
      written.note(action.kind, await told(context, subject, 'UpdateFailed', action, () => client.replace(action.kind, action.object)));
      return;
    case 'apply':
      written.note(action.kind, await told(context, subject, 'UpdateFailed', action, () => client.apply(action.kind, action.object)));
      return;
    case 'patch':
      try {
        written.note(action.kind, await client.patch(action.kind, action.name, action.namespace, { type: 'merge', body: action.body }));
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return;
    case 'delete':
      written.forget(action.kind, action.namespace, action.name);
      return client.delete(action.kind, action.name, action.namespace, { uid: action.uid, propagationPolicy: 'Background' });
    case 'event':
      return record(context, subject, action.type, action.reason, action.message);
    default:
      return unreachable(action);
  }
}

/** One that is there already is looked at the next time: the cache was a moment behind, or it is somebody else's. */
async function create<T extends KubeObject>(context: ApplyContext, subject: Subject<T>, kind: Kind, object: KubeObject): Promise<void> {
  const { client, written } = context;
  const { name = '', namespace } = object.metadata ?? {};
  try {
    written.note(kind, await client.create(kind, object));
    record(context, subject, 'Normal', 'Created', `Created ${kind.kind} "${name}"`);
  } catch (error) {
    if (isAlreadyExists(error)) {
      const existing = await client.get(kind, name, namespace);
      if (existing) written.note(kind, existing);
    } else if (!isConflict(error)) {
      record(context, subject, 'Warning', 'CreationFailed', `Failed to create ${kind.kind} "${name}": ${toUserText(error)}`);
    }
    throw error;
  }
}

async function told<T extends KubeObject, R>(
  context: ApplyContext,
  subject: Subject<T>,
  reason: string,
  { kind, object }: { kind: Kind; object: KubeObject },
  write: () => Promise<R>,
): Promise<R> {
  try {
    return await write();
  } catch (error) {
    if (!isConflict(error))
      record(context, subject, 'Warning', reason, `Failed to update ${kind.kind} "${object.metadata?.name}": ${toUserText(error)}`);
    throw error;
  }
}

function record<T extends KubeObject>(
  { recorder }: ApplyContext,
  { kind, object }: Subject<T>,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): void {
  recorder.record({ ...object, apiVersion: apiVersionOf(kind), kind: kind.kind }, { type, reason, message });
}

/** The API server would not have it, and will not have it the next time either. */
export function isRefusal(error: unknown): boolean {
  return error instanceof KubeApiError && error.status >= 400 && error.status < 500 && !isConflict(error) && !isAlreadyExists(error);
}
