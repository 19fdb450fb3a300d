import { existsSync } from 'node:fs';
import type { Clock } from '@tidegate/kernel';
import type { Pod } from '@tidegate/kube';
import { ApiError, badRequest } from '../api/api-error.js';
import type { SpecialAnswer, SpecialRequest } from '../api/api-options.js';
import type { NodeAgent } from '../pods/node-agent.js';
import { type LogRequest, readLog } from '../pods/read-log.js';
import { containerLogFile } from '../pods/start-container.js';
import { chooseContainer } from './choose-container.js';

export interface PodLogOptions {
  logsDir: string;
  agent: NodeAgent;
  clock: Clock;
}

/** GET pods/log, with kubelet's parameters and sentences. */
export function answerPodLog(options: PodLogOptions, request: SpecialRequest): SpecialAnswer {
  if (request.method !== 'GET')
    throw new ApiError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');
  const pod: Pod = request.object ?? {};
  const { query } = request;
  const container = chooseContainer(pod, query['container']);
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const statuses = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  const status = statuses.find((s) => s.name === container);
  const previous = query['previous'] === 'true';
  const podName = pod.metadata?.name;
  if (previous && !status?.lastState?.terminated)
    throw badRequest(`previous terminated container "${container}" in pod "${podName}" not found`);
  const file = containerLogFile(options, pod, container, (status?.restartCount ?? 0) - (previous ? 1 : 0));
  const live = previous ? undefined : options.agent.process(pod.metadata?.uid ?? '', container)?.log;
  const reason = status?.state?.waiting?.reason;
  if (!existsSync(file) && !live && !existsSync(containerLogFile(options, pod, container, Math.max(0, (status?.restartCount ?? 0) - 1)))) {
    throw badRequest(`container "${container}" in pod "${podName}" is waiting to start: ${reason ?? 'ContainerCreating'}`);
  }
  return { status: 200, text: readLog(file, live, logRequest(query), options.clock.now(), request.signal) };
}

function logRequest(query: Readonly<Record<string, string>>): LogRequest {
  const request: LogRequest = { follow: query['follow'] === 'true', timestamps: query['timestamps'] === 'true' };
  const tail = wholeNumber(query, 'tailLines', 0);
  if (tail !== undefined) request.tailLines = tail;
  const limit = wholeNumber(query, 'limitBytes', 1);
  if (limit !== undefined) request.limitBytes = limit;
  const seconds = wholeNumber(query, 'sinceSeconds', 1);
  if (seconds !== undefined) request.sinceSeconds = seconds;
  const since = query['sinceTime'];
  if (since !== undefined) {
    const ms = Date.parse(since);
    if (Number.isNaN(ms)) throw badRequest(`unable to decode query parameters: sinceTime: "${since}" is not a time`);
    request.sinceMs = ms;
  }
  return request;
}

function wholeNumber(query: Readonly<Record<string, string>>, name: string, least: number): number | undefined {
  const text = query[name];
  if (text === undefined || text === '') return undefined;
  const n = Number(text);
  if (!Number.isInteger(n) || n < least) {
    throw new ApiError(
      422,
      'Invalid',
      `PodLogOptions "" is invalid: ${name}: Invalid value: ${text}: must be greater than or equal to ${least}`,
      {
        kind: 'PodLogOptions',
        causes: [
          { reason: 'FieldValueInvalid', message: `Invalid value: ${text}: must be greater than or equal to ${least}`, field: name },
        ],
      },
    );
  }
  return n;
}
