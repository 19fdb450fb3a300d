import type { Readable, Writable } from 'node:stream';
import { TidegateError } from '@tidegate/kernel';
import type { Pod } from '@tidegate/kube';
import { constants } from 'node:os';
import { badRequest } from '../api/api-error.js';
import type { StreamRequest } from '../api/api-options.js';
import type { ContainerProcess } from '../pods/container-process.js';
import type { NodeAgent } from '../pods/node-agent.js';
import type { ProcessGroup } from '../pods/process-group.js';
import { endStatus, failedStatus } from '../streaming/end-status.js';
import type { CommandSession, CommandStreams, EndStatus, WantedStreams } from '../streaming/stream-session.js';
import { runningContainer, wantedStreams } from './running-container.js';

/** Between the hang-up and the kill of a command whose client has gone. */
const HANG_UP_MS = 2000;

/** POST and GET pods/exec: a command beside a container's program, as the pod's user; it ends when its client goes. */
export function execSession(agent: NodeAgent, { object, parameters }: StreamRequest): CommandSession {
  const pod: Pod = object;
  const command = parameters.getAll('command');
  if (command.length === 0) throw badRequest('you must specify at least 1 command');
  const wants = wantedStreams(parameters);
  const container = runningContainer(agent, pod, parameters);
  return { kind: 'command', wants, run: (streams) => runCommand(container, command, wants, streams) };
}

async function runCommand(
  container: ContainerProcess,
  command: readonly string[],
  wants: WantedStreams,
  streams: CommandStreams,
): Promise<EndStatus> {
  let group: ProcessGroup | undefined;
  try {
    const end = await new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
      group = container.runBeside(command, {
        input: wants.tty ? 'terminal' : wants.stdin ? 'pipe' : 'none',
        onOutput: (name, chunk) => written(name === 'stdout' || wants.tty ? streams.stdout : streams.stderr, chunk),
        onEnd: resolve,
      });
      typed(streams.stdin, group.stdin, wants.tty);
      streams.onResize((size) => group?.resize(size));
      endWithClient(group, streams.signal);
    });
    return endStatus(end.code ?? 128 + (end.signal ? constants.signals[end.signal] : 0));
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    return failedStatus(`error executing command in container: ${error.message}`);
  } finally {
    streams.stdin?.unpipe().resume();
  }
}

/** A promise when the client is slow to take it. */
export function written(client: Writable | undefined, chunk: Buffer): Promise<void> | undefined {
  if (!client?.writable || client.write(chunk)) return undefined;
  return new Promise((resolve) => void client.once('drain', resolve).once('close', resolve));
}

/** What a client types goes to the program, and so does the end of it; at a terminal the end is a key like others, which people press themselves. */
function typed(client: Readable | undefined, program: Writable | undefined, atTerminal: boolean): void {
  if (client && program) client.pipe(program, { end: !atTerminal });
  else client?.resume();
}

function endWithClient(group: ProcessGroup, client: AbortSignal): void {
  const end = (): void => {
    group.signal('SIGHUP');
    setTimeout(() => group.signal('SIGKILL'), HANG_UP_MS).unref();
  };
  if (client.aborted) end();
  else client.addEventListener('abort', end, { once: true });
}
