import { hostname } from 'node:os';
import { type PartContext, type RunningPart, backoffMs, causeChain, pause } from '@tidegate/kernel';
import { type KubeClient, LeaderElection } from '@tidegate/kube';
import { Counter } from 'prom-client';
import { settleCertificates } from './apply-certificates.js';
import type { WantedLeaf } from './plan-certificates.js';

export interface CertificatesOptions {
  client: KubeClient;
  /** Of the release: where the Secrets and the lease are. */
  namespace: string;
  wanted: readonly WantedLeaf[];
  /** Unique among the replicas; default host and process. */
  identity?: string | undefined;
}

const RETRY = { baseMs: 1000, maxMs: 60_000 };
/** A Secret that somebody deleted or changed is back within this time. */
const LONGEST_WAIT_MS = 10 * 60_000;

/** Renews certificates and replaces the authority in time. One of several replicas does. */
export async function startCertificates(context: PartContext, options: CertificatesOptions): Promise<RunningPart> {
  const { clock, log, registry } = context;
  const { client, namespace, wanted } = options;
  const actions = new Counter({
    name: 'tidegate_certificate_actions_total',
    help: 'What was done to certificates and authorities',
    labelNames: ['action'],
    registers: [registry],
  });
  const work = async (signal: AbortSignal): Promise<void> => {
    for (let failures = 0; !signal.aborted;) {
      let waitMs = LONGEST_WAIT_MS;
      try {
        const againAt = await settleCertificates({
          client,
          namespace,
          wanted,
          now: () => clock.now(),
          done: (action) => {
            actions.inc({ action: action.type });
            log.info(action, 'certificates changed');
          },
        });
        failures = 0;
        waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1000, againAt - clock.now()));
      } catch (error) {
        log.warn({ error: causeChain(error) }, 'certificates could not be looked after, trying again');
        waitMs = backoffMs(failures++, RETRY, 0.5);
      }
      await pause(waitMs, signal).catch(() => undefined);
    }
  };
  const election = new LeaderElection({
    client,
    namespace,
    name: 'tidegate-certificates',
    identity: options.identity ?? `${hostname()}-${process.pid}`,
    clock,
    log,
    onLeading: work,
  });
  election.start();
  return { name: 'certificates', notReady: () => [], stop: () => election.stop() };
}
