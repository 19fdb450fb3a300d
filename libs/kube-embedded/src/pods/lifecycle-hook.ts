import type { Container, Pod } from '@tidegate/kube';
import type { ContainerProcess } from './container-process.js';
import { realPortOf } from './pod-ports.js';
import { type ProbeTarget, runProbe } from './probe.js';

type Hook = NonNullable<NonNullable<Container['lifecycle']>['preStop']>;

/** Where probes and hooks of a container reach it. */
export function targetOf(pod: Pod, podIP: string, ports: ReadonlyMap<string, number>, process: ContainerProcess): ProbeTarget {
  return {
    host: podIP,
    port: (target) => realPortOf(pod, ports, target),
    exec: (command, timeoutMs) => process.exec(command, timeoutMs),
  };
}

/** Runs a postStart or preStop hook for at most `limitMs`. Undefined when it went well, else what went wrong. */
export async function runHook(
  hook: Hook,
  target: ProbeTarget,
  limitMs: number,
  wait: (ms: number) => Promise<void>,
): Promise<string | undefined> {
  if (hook.sleep) {
    await wait(Math.min(hook.sleep.seconds * 1000, limitMs));
    return undefined;
  }
  const timeoutSeconds = limitMs / 1000;
  if (hook.exec) return runProbe({ exec: hook.exec, timeoutSeconds }, target);
  if (hook.httpGet) return runProbe({ httpGet: hook.httpGet, timeoutSeconds }, target);
  return undefined;
}
