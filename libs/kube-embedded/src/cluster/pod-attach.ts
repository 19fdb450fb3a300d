import { constants } from 'node:os';
import type { Pod } from '@tidegate/kube';
import type { StreamRequest } from '../api/api-options.js';
import type { ContainerProcess } from '../pods/container-process.js';
import { containerOf } from '../pods/container-runs.js';
import type { NodeAgent } from '../pods/node-agent.js';
import { endStatus, failedStatus } from '../streaming/end-status.js';
import type { CommandSession, CommandStreams, EndStatus } from '../streaming/stream-session.js';
import { chooseContainer } from './choose-container.js';
import { runningContainer, wantedStreams } from './running-container.js';

/** A client that takes the program's words slower than they come is let go: the program is never held up. */
const LARGEST_BACKLOG_BYTES = 4 * 1024 * 1024;

/** POST and GET pods/attach: what the program says from now on, and its keyboard when the manifest gives it one. */
export function attachSession(agent: NodeAgent, { object, parameters }: StreamRequest): CommandSession {
  const pod: Pod = object;
  const asked = wantedStreams(parameters);
  const process = runningContainer(agent, pod, parameters);
  const container = containerOf(pod, chooseContainer(pod, parameters.get('container') ?? undefined));
  const tty = asked.tty && container?.tty === true;
  return { kind: 'command', wants: asked, run: (streams) => attach(process, container?.stdinOnce === true && !tty, streams) };
}

function attach(process: ContainerProcess, stdinOnce: boolean, streams: CommandStreams): Promise<EndStatus> {
  const { stdin, stdout, stderr, signal } = streams;
  return new Promise((resolve) => {
    const over = (status: EndStatus): void => {
      unwatch();
      stdin?.unpipe().resume();
      resolve(status);
    };
    const unwatch = process.watch({
      onOutput: (name, chunk) => {
        const client = name === 'stdout' ? stdout : stderr;
        client?.write(chunk);
        if ((client?.writableLength ?? 0) > LARGEST_BACKLOG_BYTES) over(failedStatus('the client does not keep up with the output'));
      },
      onEnd: ({ code, signal: killedBy }) => over(endStatus(code ?? 128 + (killedBy ? constants.signals[killedBy] : 0))),
    });
    streams.onResize((size) => process.resize(size));
    const keyboard = process.stdin;
    // The keyboard stays open for the next one who attaches, unless the manifest says that there is none.
    if (stdin && keyboard) stdin.pipe(keyboard, { end: stdinOnce });
    else stdin?.resume();
    signal.addEventListener('abort', () => over(endStatus(0)), { once: true });
    if (signal.aborted) over(endStatus(0));
  });
}
