import type { Clock, Logger } from '@tidegate/kernel';
import type { Registry } from 'prom-client';
import type { RunningController } from '@tidegate/kube';
import type { ApplyContext } from './apply-plan.js';
import type { Observed } from './caches.js';
import type { SettingsStore } from './settings-store.js';

/** What every controller of serving works with. */
export interface ConcernContext extends ApplyContext {
  observed: Observed;
  settings: SettingsStore;
  clock: Clock;
  log: Logger;
  registry: Registry;
}

/** One controller, and the keys that have to be looked at again when a setting changes. */
export interface Concern {
  controller: RunningController;
  keysOfSettings(): string[];
}

/** Delays of a failing key: most failures are a conflict with a cache that is a moment behind. */
export const BACKOFF = { baseMs: 20, maxMs: 30_000, jitter: 0.3 };
