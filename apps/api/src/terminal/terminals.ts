import type { AuditEntry, Caller } from '@tidegate/access';
import { type Clock, type Logger, TidegateError, causeChain } from '@tidegate/kernel';
import { type PodTerminal, type RawAccess, isForbidden, openPodTerminal } from '@tidegate/kube';
import type { FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { audited } from '../audit/audited.js';
import { type Caches, onChangeIn, workspaceOf } from '../cluster/caches.js';
import { personOf } from '../edge/as-caller.js';
import type { CallersRights } from '../edge/bound-rights.js';
import { requireCaller, requireScope } from '../edge/caller.js';
import { notFound } from '../edge/input.js';
import type { People } from '../edge/people.js';
import { codes as rightCodes, requireRight } from '../edge/visible.js';
import { type AskedTerminal, acknowledges, chooseContainer, readAskedTerminal } from './asked-terminal.js';
import { type ServerFrame, type TerminalEnd, codes } from './frames.js';
import { TerminalSession } from './terminal-session.js';
import { TerminalSlots } from './terminal-slots.js';

export interface TerminalsOptions {
  access: RawAccess;
  people: Pick<People, 'audit' | 'watch'>;
  rights: CallersRights;
  caches: Pick<Caches, 'pods' | 'namespaces'>;
  clock: Clock;
  log: Logger;
  /** Without a key, after which a terminal is closed. */
  idleMs: number;
}

interface Opened {
  terminal: PodTerminal;
  frame: ServerFrame;
  uid: string | undefined;
}

/** What goes on after the answer to a request: terminals in containers, each by the rights of the person who opened it. */
export class Terminals {
  private readonly slots: TerminalSlots;
  private readonly open = new Map<TerminalSession, Promise<void>>();

  constructor(private readonly options: TerminalsOptions) {
    this.slots = new TerminalSlots(() => options.clock.monotonic());
  }

  /** The client has been let in by the guard: it named this server, and is signed in. */
  serve(client: WebSocket, request: FastifyRequest): void {
    const session = new TerminalSession(client, this.options, acknowledges(request.query));
    const served = this.run(session, request)
      .catch((error: unknown) => session.close(this.explained(error)))
      .finally(() => this.open.delete(session));
    this.open.set(session, served);
  }

  /** Ends what is open; resolves once that is recorded. */
  async stop(): Promise<void> {
    const stopping = new TidegateError(codes.API_TERMINAL_STOPPING, 'The API stops.', { remedy: 'Open the terminal again when it is back.' });
    const all = [...this.open];
    for (const [session] of all) session.end(stopping);
    await Promise.all(all.map(([, served]) => served));
  }

  private async run(session: TerminalSession, request: FastifyRequest): Promise<void> {
    const caller = requireCaller(request);
    requireOwnPage(caller, request);
    const asked = readAskedTerminal(request.query);
    const release = this.slots.take(caller.id);
    const ends = this.watch(session, caller, asked);
    try {
      await this.openAndRun(session, caller, asked);
    } finally {
      for (const end of ends) end();
      release();
    }
  }

  private async openAndRun(session: TerminalSession, caller: Caller, asked: AskedTerminal): Promise<void> {
    const { people, clock, caches } = this.options;
    const workspace = workspaceOf(caches, asked.namespace);
    const about = { caller, object: objectOf(asked), workspace };
    let opened: Opened | undefined;
    try {
      opened = await audited(people.audit, { ...about, action: 'terminal.open', change: commandAsChange(asked) }, async () => (opened = await this.begin(caller, asked)));
    } catch (error) {
      // It runs, but could not be recorded: then it must not.
      opened?.terminal.close();
      throw error;
    }
    const { uid, terminal, frame } = opened;
    const unwatch = onChangeIn([caches.pods], asked.namespace, () => {
      if (caches.pods.get(asked.namespace, asked.pod)?.metadata?.uid !== uid) session.end(podGone(asked));
    });
    const began = clock.monotonic();
    try {
      const end = await session.run(terminal, frame);
      await this.recordEnd({ ...about, action: 'terminal.close' }, end, session.bytes, clock.monotonic() - began);
    } finally {
      unwatch();
    }
  }

  private async begin(caller: Caller, asked: AskedTerminal): Promise<Opened> {
    const { access, rights, caches } = this.options;
    requireScope(caller, 'terminal');
    await requireRight(rights, caller, rightFor(asked));
    const pod = caches.pods.get(asked.namespace, asked.pod);
    if (!pod) throw notFound('pod', asked.pod, asked.namespace);
    const container = chooseContainer(pod, asked.container);
    const [tty, stdin] = asked.command ? [true, true] : [container.tty, container.stdin];
    const terminal = await openPodTerminal(access, { ...asked, container: container.name, tty, stdin, person: personOf(caller) });
    return { terminal, uid: pod.metadata?.uid, frame: { type: 'opened', container: container.name, command: asked.command ?? null, tty } };
  }

  /** Ends the session when the credential is revoked or the right is lost. */
  private watch(session: TerminalSession, caller: Caller, asked: AskedTerminal): (() => void)[] {
    const { people, rights, caches } = this.options;
    const check = (): void => {
      requireRight(rights, caller, rightFor(asked)).catch((error: unknown) => {
        // An API that cannot be asked for a moment has taken nobody's right away.
        if (error instanceof TidegateError && error.code === rightCodes.API_FORBIDDEN) session.end(error);
      });
    };
    return [
      people.watch(caller, () => session.end(new TidegateError(codes.API_TERMINAL_SIGNED_OUT, 'The session or token that opened this terminal is over.', { remedy: 'Sign in again.' }))),
      rights.onChange(check),
      // A token that is bound to a workspace loses a project that moves.
      onChangeIn([caches.namespaces], undefined, () => caller.workspace !== undefined && check()),
    ];
  }

  private async recordEnd(entry: Omit<AuditEntry, 'result'>, end: TerminalEnd, { typed, shown }: { typed: number; shown: number }, ms: number): Promise<void> {
    const why = end === 'left' ? 'Closed by its client.' : end instanceof TidegateError ? end.message : `Exit code ${end.exitCode}.`;
    const result = !(end instanceof TidegateError) ? 'Succeeded' : end.code === rightCodes.API_FORBIDDEN || end.code === codes.API_TERMINAL_SIGNED_OUT ? 'Denied' : 'Failed';
    const reason = `${why} ${Math.round(ms / 1000)} s; ${typed} bytes typed, ${shown} bytes shown.`;
    await this.options.people.audit.record({ ...entry, result, reason }).catch((error: unknown) => this.options.log.error({ because: causeChain(error) }, 'the end of a terminal could not be recorded'));
  }

  private explained(error: unknown): TidegateError {
    if (isForbidden(error)) return new TidegateError(rightCodes.API_FORBIDDEN, error.message, { remedy: 'Ask an administrator of the project or workspace for a role that has it.' });
    if (error instanceof TidegateError) return error;
    this.options.log.error({ because: causeChain(error) }, 'a terminal failed');
    return new TidegateError(codes.API_TERMINAL_LOST, 'The terminal failed because of a fault of this API.', { remedy: 'Try again; its log says more.' });
  }
}

/** Browsers send cookies with WebSockets of any page, and say which page it is. The guard has checked the page that was named; none may be left out. */
function requireOwnPage(caller: Caller, { headers }: FastifyRequest): void {
  if (headers.authorization !== undefined || headers.origin !== undefined) return;
  throw new TidegateError(codes.API_TERMINAL_ORIGIN_MISSING, `The session of ${caller.id} came without the header Origin.`, { remedy: 'Use a token with the scope "terminal" outside of browsers.' });
}

const rightFor = ({ namespace, pod, command }: AskedTerminal) => ({ group: '', resource: 'pods', subresource: command ? 'exec' : 'attach', verb: 'create', namespace, name: pod });

const objectOf = ({ namespace, pod, command }: AskedTerminal) => ({ group: '', resource: command ? 'pods/exec' : 'pods/attach', namespace, name: pod });

/** What is asked of the pod, as the options of Kubernetes' own request. */
const commandAsChange = ({ container, command }: AskedTerminal): readonly unknown[] => [
  { op: 'add', path: '', value: { kind: command ? 'PodExecOptions' : 'PodAttachOptions', ...(container === undefined ? {} : { container }), ...(command ? { command } : {}) } },
];

const podGone = ({ pod }: AskedTerminal): TidegateError => new TidegateError(codes.API_TERMINAL_POD_GONE, `The pod ${pod} is gone.`, { remedy: 'Choose another one.' });
