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

/** Closed list: the words of metrics. */
export const DENIALS = ['overflow', 'deadline', 'failed', 'unknown', 'stopping'] as const;
export type Denial = (typeof DENIALS)[number];

export interface DenialAnswer {
  denial: Denial;
  sentence: string;
  retryAfterSeconds: number;
}

/** What becomes of a request that asked. */
export type HoldAnswer = { granted: GrantAnswer } | { denied: DenialAnswer };

export const tooMany = (revision: string): DenialAnswer => ({
  denial: 'overflow',
  sentence: `too many requests are waiting for revision ${revision} already; try again`,
  retryAfterSeconds: 2,
});

export const tooLate = (revision: string, waitedMs: number): DenialAnswer => ({
  denial: 'deadline',
  sentence: `no pod of revision ${revision} could take this request in ${Math.round(waitedMs / 1000)} s`,
  retryAfterSeconds: 0,
});

export const STOPPING: DenialAnswer = { denial: 'stopping', sentence: 'the platform is being restarted; try again', retryAfterSeconds: 1 };

export function toCheckResponse(answer: HoldAnswer): CheckResponse {
  return 'granted' in answer ? granted(answer.granted) : denied(answer.denied);
}

/** The proxy passes the request on to the address; the slot reaches the access log with it. */
function granted({ destination, alternative, slot, coldStart }: GrantAnswer): CheckResponse {
  return {
    status: { code: OK },
    ok_response: coldStart === undefined ? {} : { response_headers_to_add: [header(COLD_START_HEADER, coldStartText(coldStart))] },
    dynamic_metadata: {
      fields: { destination: { stringValue: destination }, alternative: { stringValue: alternative }, slot: { stringValue: slot } },
    },
  };
}

/** 503 with a time after which to try again, but 504 when the time of the request is over. */
function denied({ denial, sentence, retryAfterSeconds }: DenialAnswer): CheckResponse {
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
