import { spawn } from 'node:child_process';
import type { NetworkNamespace } from './network-namespace.js';
import { until } from './platform-instance.js';

/** Where Knative's queue-proxy listens for HTTP/1; its administration (8022) and its statistics (9090) cannot be moved, so a network has room for one. */
export const QUEUE_PORT = 8012;

export interface QueueProxy {
  pid: number;
  address: string;
  stop(): Promise<void>;
}

export interface QueueProxyOptions {
  binary: string;
  /** Port of the server behind it, at 127.0.0.1 of the same network. */
  userPort: number;
  /** 0: no limit. */
  containerConcurrency: number;
  network?: NetworkNamespace;
}

/** Knative's queue-proxy, with what the Deployment of a revision sets; ready when it passes a request on. */
export async function startQueueProxy(options: QueueProxyOptions): Promise<QueueProxy> {
  const { binary, userPort, containerConcurrency, network } = options;
  const [file, words] = network?.inside(binary, []) ?? [binary, []];
  const child = spawn(file, words, { stdio: 'ignore', env: environment(userPort, containerConcurrency) });
  const { pid } = child;
  if (pid === undefined) throw new Error(`The queue-proxy at ${binary} did not start.`);
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const address = network?.address ?? '127.0.0.1';
  // On SIGTERM it would wait for half a minute, for the sake of its clients.
  const stop = (): Promise<void> => {
    child.kill('SIGKILL');
    return exited;
  };
  try {
    await until('the queue-proxy answers', 10_000, async () => {
      if (child.exitCode !== null)
        throw new Error(`The queue-proxy ended with ${child.exitCode}. Is one of the ports 8012, 8022 and 9090 taken?`);
      const answer = await fetch(`http://${address}:${QUEUE_PORT}/`).catch(() => undefined);
      await answer?.arrayBuffer();
      return answer?.ok || undefined;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { pid, address, stop };
}

function environment(userPort: number, containerConcurrency: number): NodeJS.ProcessEnv {
  return {
    CONTAINER_CONCURRENCY: String(containerConcurrency),
    QUEUE_SERVING_PORT: String(QUEUE_PORT),
    QUEUE_SERVING_TLS_PORT: '8112',
    USER_PORT: String(userPort),
    REVISION_TIMEOUT_SECONDS: '300',
    SERVING_READINESS_PROBE: JSON.stringify({ tcpSocket: { port: userPort, host: '127.0.0.1' }, successThreshold: 1 }),
    SERVING_LOGGING_CONFIG: '',
    SERVING_LOGGING_LEVEL: 'error',
    SERVING_NAMESPACE: 'bench',
    SERVING_SERVICE: 'bench',
    SERVING_CONFIGURATION: 'bench',
    SERVING_REVISION: 'bench-00001',
    SERVING_POD: 'bench-00001-pod',
    SERVING_POD_IP: '127.0.0.1',
    SYSTEM_NAMESPACE: 'knative-serving',
  };
}
