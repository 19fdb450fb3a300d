import { dial } from '@tidegate/grpc-link';
import { type Clock, type DialAddress, type Logger, causeChain } from '@tidegate/kernel';
import { keyFor } from '@tidegate/kube';
import { type Wake, wakeCall } from '@tidegate/serving-contract';

const ANSWER_WITHIN_MS = 1_500;
/** Calls that are not answered yet; who waits is told of again soon. */
const MOST_CALLS = 1_000;

export interface RemoteWake extends Wake {
  close(): void;
}

/** The autoscaler in another process. A call that is lost is not made again here: as long as requests wait, there is a next one. */
export function connectWake(address: DialAddress, { clock, log }: { clock: Clock; log: Logger }): RemoteWake {
  const client = dial(address, { log, channel: { 'grpc.initial_reconnect_backoff_ms': 100, 'grpc.max_reconnect_backoff_ms': 1_000 } });
  const calling = new Set<string>();
  const { path, requestSerialize, responseDeserialize } = wakeCall;
  return {
    wake({ namespace, name }, waiting) {
      const key = keyFor(namespace, name);
      if (calling.has(key) || calling.size >= MOST_CALLS) return;
      calling.add(key);
      const deadline = new Date(clock.now() + ANSWER_WITHIN_MS);
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { namespace, name, waiting }, { deadline }, (error) => {
        calling.delete(key);
        if (error) log.warn({ revision: key, error: causeChain(error) }, 'the autoscaler did not hear a wake');
      });
    },
    close: () => client.close(),
  };
}
