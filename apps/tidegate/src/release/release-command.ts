import { parseArgs } from 'node:util';
import { TidegateError, pause } from '@tidegate/kernel';
import type { KubeClient } from '@tidegate/kube';
import {
  ACTION_ANNOTATION,
  ACTION_BY_ANNOTATION,
  ACTION_REASON_ANNOTATION,
  RESTART_ANNOTATION,
  isHandAction,
  releases,
  strategies,
  type HandAction,
  type Release,
} from '@tidegate/delivery-contract';
import { isFinal } from '@tidegate/delivery-plan';
import type { Signals } from '@tidegate/signals';
import { byTime, findRelease, findStrategy } from './find-release.js';
import { codes, misused } from './release-errors.js';
import { progressLine, releaseLines, table } from './release-view.js';
import { recordRelease } from './record-release.js';
import { replayFile } from './replay-file.js';

export const RELEASE_HELP = `tidegate release: see and steer releases

  list                                  releases, newest first
  status [NAME] [--watch] [--json]      one release with its verdict; --watch follows it to its end
  start STRATEGY [--candidate V]        releases a version; --image, --env K=V, --replicas say how to make it
  promote NAME                          opens a manual gate; anywhere else gives the candidate everything
  pause NAME | resume NAME              holds the steps; a bad verdict still rolls back
  abort NAME                            ends a running release, back to the principal
  rollback NAME                         as abort; also takes a promotion back
  record NAME                           prints a release's signals until it is over; redirect it to a file
  replay FILE [--strategy FILE]         what a Strategy would have done with recorded signals

  NAME is a release, or a Strategy (its newest release).
  --namespace NS (-n), --reason TEXT (-r) is kept with every hand.
  Exit status of --watch, start --watch and replay: 0 promoted, 1 rolled back.`;

export interface ReleaseContext {
  client: KubeClient;
  out(line: string): void;
  /** Who asks, as people know them; admission adds the authenticated user. */
  by: string;
  /** Telemetry of this machine, for `record`. */
  signals?: Signals;
  /** Progress is drawn in place; default: whether stdout is a terminal. */
  isTerminal?: boolean;
}

const POLL_MS = 500;
/** Time for the controller to take a hand up before the command stops waiting. */
const HAND_MS = 5_000;

const options = {
  namespace: { type: 'string', short: 'n' },
  reason: { type: 'string', short: 'r' },
  watch: { type: 'boolean', short: 'w' },
  json: { type: 'boolean' },
  candidate: { type: 'string' },
  image: { type: 'string' },
  env: { type: 'string', multiple: true },
  replicas: { type: 'string' },
  strategy: { type: 'string' },
} as const;

/** `tidegate release ...`. Answers the exit status; throws TidegateErrors whose sentences are for the user. */
export async function releaseCommand(argv: string[], context: ReleaseContext): Promise<number> {
  const [command = 'help', name, ...more] = positionalsOf(argv);
  const { values } = parse(argv);
  if (more.length > 0) throw misused(`"${more.join(' ')}" is too much.`);
  switch (command) {
    case 'help':
      context.out(RELEASE_HELP);
      return 0;
    case 'list':
      return list(context, values.namespace, values.json ?? false);
    case 'status':
      return status(context, name, values);
    case 'start':
      return start(context, required(name, 'the name of a Strategy'), values);
    case 'record':
      return recordRelease(context, required(name, 'the name of a release'), values.namespace);
    case 'replay':
      return replayFile(required(name, 'the file of a recording'), values.strategy, context.out);
    default:
      if (isHandAction(command)) return hand(context, command, required(name, 'the name of a release'), values);
      throw misused(`"${command}" is no release command.`);
  }
}

type Values = ReturnType<typeof parse>['values'];

function parse(argv: string[]) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw misused(error instanceof Error ? error.message : String(error));
  }
}

function positionalsOf(argv: string[]): string[] {
  return parse(argv).positionals;
}

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw misused(`This command needs ${what}.`);
  return value;
}

async function list({ client, out }: ReleaseContext, namespace: string | undefined, json: boolean): Promise<number> {
  const { items } = await client.listAll(releases, namespace === undefined ? {} : { namespace });
  const newest = byTime(items);
  if (json) out(JSON.stringify(newest, null, 2));
  else if (newest.length === 0) out('No releases yet. "tidegate release start STRATEGY --candidate VERSION" begins one.');
  else {
    const rows = newest.map((r) => {
      const { phase = 'New', reason = '', weight = 0, verdict } = r.status ?? {};
      return [
        r.metadata?.namespace ?? '',
        r.metadata?.name ?? '',
        r.spec.principal,
        r.spec.candidate,
        phase,
        `${weight} %`,
        verdict?.verdict ?? '-',
        reason,
      ];
    });
    for (const line of table([['NAMESPACE', 'NAME', 'FROM', 'TO', 'PHASE', 'WEIGHT', 'VERDICT', 'REASON'], ...rows])) out(line);
  }
  return 0;
}

async function status(context: ReleaseContext, name: string | undefined, values: Values): Promise<number> {
  const release = await findRelease(context.client, name, values.namespace);
  if (values.watch) return watch(context, release);
  if (values.json) context.out(JSON.stringify(release, null, 2));
  else for (const line of releaseLines(release)) context.out(line);
  return 0;
}

/** Follows a release to its end. On a terminal the lines are drawn over the ones before; elsewhere one line per change. */
async function watch({ client, out, isTerminal = process.stdout.isTTY === true }: ReleaseContext, first: Release): Promise<number> {
  let release = first;
  let drawn = 0;
  let said = '';
  for (;;) {
    const line = progressLine(release);
    if (isTerminal) {
      const lines = releaseLines(release);
      const up = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[J`;
      out(up + lines.join('\n'));
      drawn = lines.join('\n').split('\n').length;
    } else if (line !== said) out(line);
    said = line;
    if (isFinal(release.status?.phase)) break;
    await pause(POLL_MS);
    const next = await client.get(releases, release.metadata?.name ?? '', release.metadata?.namespace);
    if (!next)
      throw new TidegateError(codes.CLI_RELEASE_NOT_FOUND, `Release ${release.metadata?.name} was deleted.`, {
        remedy: 'See "tidegate release list".',
      });
    release = next;
  }
  if (!isTerminal) for (const line of releaseLines(release)) out(line);
  return release.status?.phase === 'Promoted' ? 0 : 1;
}

/** Sets the candidate of a Strategy; the same candidate again gets a new restart mark. */
async function start(context: ReleaseContext, name: string, values: Values): Promise<number> {
  const { client, out, by } = context;
  const strategy = await findStrategy(client, name, values.namespace);
  const candidate = values.candidate ?? strategy.spec.candidate;
  if (candidate === undefined) throw misused(`Strategy ${name} names no candidate: add --candidate VERSION.`);
  const { namespace } = strategy.metadata ?? {};
  const candidatePatch = patchOf(values);
  const restart = `${by} ${new Date().toISOString()}${values.reason ? ` ${values.reason}` : ''}`.slice(0, 300);
  const before = strategy.status?.releases ?? 0;
  const body = {
    metadata: { annotations: { [RESTART_ANNOTATION]: restart } },
    spec: { candidate, ...(candidatePatch ? { candidatePatch } : {}) },
  };
  await client.patch(strategies, name, namespace, { type: 'merge', body });
  for (let waitedMs = 0; waitedMs < HAND_MS * 2; waitedMs += POLL_MS) {
    const now = await client.get(strategies, name, namespace);
    if ((now?.status?.releases ?? 0) > before && now?.status?.release) {
      const release = await findRelease(client, now.status.release, namespace);
      if (values.watch) return watch(context, release);
      out(`Release ${release.metadata?.name} has begun: ${release.spec.principal} to ${release.spec.candidate}.`);
      return 0;
    }
    await pause(POLL_MS);
  }
  const ready = (await client.get(strategies, name, namespace))?.status?.conditions?.find((c) => c.type === 'Ready');
  out(
    ready?.status === 'False'
      ? `The release waits: ${ready.message}`
      : `Asked; the release has not begun yet. See "tidegate release status ${name}".`,
  );
  return 1;
}

interface Patch {
  image: string | null;
  env: { name: string; value: string }[] | null;
  replicas: number | null;
}

/** The whole patch: what is not said is taken out, so that nothing of an earlier release stays in it. */
function patchOf(values: Values): Patch | undefined {
  const { image, env, replicas } = values;
  if (image === undefined && env === undefined && replicas === undefined) return undefined;
  const pods = replicas === undefined ? undefined : Number(replicas);
  if (pods !== undefined && !(Number.isInteger(pods) && pods > 0)) throw misused(`--replicas ${replicas} is not a number of pods.`);
  const pairs = env?.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw misused(`--env ${pair} is not NAME=VALUE.`);
    return { name: pair.slice(0, at), value: pair.slice(at + 1) };
  });
  return { image: image ?? null, env: pairs ?? null, replicas: pods ?? null };
}

async function hand({ client, out, by }: ReleaseContext, action: HandAction, name: string, values: Values): Promise<number> {
  const release = await findRelease(client, name, values.namespace);
  const { namespace, name: exact = '' } = release.metadata ?? {};
  refuseIfOver(release, action);
  const annotations = {
    [ACTION_ANNOTATION]: action,
    [ACTION_BY_ANNOTATION]: by,
    [ACTION_REASON_ANNOTATION]: (values.reason ?? '').slice(0, 500),
  };
  await client.patch(releases, exact, namespace, { type: 'merge', body: { metadata: { annotations } } });
  for (let waitedMs = 0; waitedMs < HAND_MS; waitedMs += POLL_MS / 5) {
    const now = await client.get(releases, exact, namespace);
    if (now && now.metadata?.annotations?.[ACTION_ANNOTATION] === undefined) {
      out(progressLine(now));
      return 0;
    }
    await pause(POLL_MS / 5);
  }
  out(`Asked to ${action} ${exact}; the controller has not taken it up yet.`);
  return 1;
}

function refuseIfOver(release: Release, action: HandAction): void {
  const phase = release.status?.phase;
  if (!isFinal(phase) || (phase === 'Promoted' && action === 'rollback')) return;
  const over = phase === 'Promoted' ? 'promoted' : 'rolled back';
  throw new TidegateError(codes.CLI_RELEASE_REFUSED, `Release ${release.metadata?.name} is over: it was ${over}.`, {
    remedy:
      phase === 'Promoted'
        ? 'To take it back: tidegate release rollback.'
        : `To try again: tidegate release start ${release.spec.strategy}.`,
  });
}
