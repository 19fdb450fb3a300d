import type { CheckResponse, HeaderToAdd } from '@tidegate/envoy-protos';
import { type ColdStartParts, coldStartText } from './cold-start.js';

/** google.rpc.Code. */
const OK = 0;
const UNAVAILABLE = 14;
const DEADLINE_EXCEEDED = 4;
/** HeaderValueOption.HeaderAppendAction: a pod's header of that name does not stay. */
const OVERWRITE = 2;

const COLD_START_HEADER = 'x-tidegate-cold-start';

export interface GrantAnswer {
  /** `ip:port`. */
  destination: string;
  /** For the one retry after a refused connection. */
  alternative: string;
  slot: string;
  /** Where the time went that the client waited for a pod; told to it in a header when given. */
  coldStart?: ColdStartParts;
}

/** The proxy passes the request on to the address; the slot reaches the access log with it. */
export function granted({ destination, alternative, slot, coldStart }: GrantAnswer): CheckResponse {
  return {
    status: { code: OK },
    ok_response: coldStart === undefined ? {} : { response_headers_to_add: [header(COLD_START_HEADER, coldStartText(coldStart))] },
    dynamic_metadata: {
      fields: { destination: { stringValue: destination }, alternative: { stringValue: alternative }, slot: { stringValue: slot } },
    },
  };
}

/** Closed list: the words of metrics. */
export type Denial = 'overflow' | 'deadline' | 'failed' | 'unknown' | 'stopping';

/** 503 with a time after which to try again, but 504 when the time of the request is over. */
export function denied(denial: Denial, sentence: string, retryAfterSeconds: number): CheckResponse {
  const late = denial === 'deadline';
  return {
    status: { code: late ? DEADLINE_EXCEEDED : UNAVAILABLE },
    denied_response: {
      status: { code: late ? 504 : 503 },
      headers: [header('content-type', 'text/plain'), ...(late ? [] : [header('retry-after', String(retryAfterSeconds))])],
      body: `${sentence}\n`,
    },
  };
}

function header(key: string, value: string): HeaderToAdd {
  return { header: { key, value }, append_action: OVERWRITE };
}
