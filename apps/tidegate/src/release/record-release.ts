import { TidegateError, pause } from '@tidegate/kernel';
import type { KubeClient } from '@tidegate/kube';
import { releases } from '@tidegate/delivery-contract';
import { isFinal } from '@tidegate/delivery-plan';
import type { SignalBatch, Signals } from '@tidegate/signals';
import { findRelease } from './find-release.js';
import { codes } from './release-errors.js';

/** Seconds from before that a recording begins with, when telemetry still has them. */
const PAST_SECONDS = 900;
const POLL_MS = 1_000;

/**
 * Prints the signals of a release as JSON lines, for `release replay`: its Strategy, what telemetry still remembers, and
 * then every batch until the release is over. Partial batches and open requests are only in the part heard live.
 */
export async function recordRelease(
  context: { client: KubeClient; signals?: Signals; out(line: string): void },
  name: string,
  namespace: string | undefined,
): Promise<number> {
  const { client, signals, out } = context;
  if (!signals) {
    throw new TidegateError(codes.CLI_RELEASE_REFUSED, 'Signals can be recorded only where telemetry can be reached.', {
      remedy: 'Run this command on the machine of "tidegate up".',
    });
  }
  const release = await findRelease(client, name, namespace);
  const subject = { namespace: release.metadata?.namespace ?? '', service: release.spec.service };
  out(
    JSON.stringify({
      type: 'strategy',
      spec: { ...release.spec.policy, principal: release.spec.principal, candidate: release.spec.candidate },
    }),
  );
  let newest = -1;
  const print = (batch: SignalBatch): void => {
    if (batch.type === 'second') {
      if (batch.second <= newest) return;
      newest = batch.second;
    }
    out(JSON.stringify(batch));
  };
  const since = Date.parse(release.status?.startedAt ?? release.metadata?.creationTimestamp ?? '') / 1000;
  for (const batch of await signals.recent(subject, PAST_SECONDS)) if (batch.second >= since) print(batch);
  const subscription = signals.subscribe(subject, print);
  try {
    for (;;) {
      const now = await client.get(releases, release.metadata?.name ?? '', subject.namespace);
      if (!now || isFinal(now.status?.phase)) return 0;
      await pause(POLL_MS);
    }
  } finally {
    subscription.close();
  }
}
