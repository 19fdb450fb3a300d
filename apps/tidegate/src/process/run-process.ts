import { readFileSync, rmSync } from 'node:fs';
import {
  type HealthAddress,
  type PartContext,
  type RunningPart,
  causeChain,
  createLogger,
  createRegistry,
  readConfig,
  serveHealth,
  systemClock,
  toUserText,
} from '@tidegate/kernel';
import type { z } from 'zod';
import type { ChildMessage } from '../supervisor/child.js';

const READY_POLL_MS = 25;
const STOP_LIMIT_MS = 15_000;

export interface ProcessFrame {
  /** A started part is registered at once, so that a later failure stops it too. */
  add(part: RunningPart): void;
  context(part: string): PartContext;
  progress(text: string): void;
}

/** Who started the process, and hears how it goes. */
export interface ProcessHost {
  tell(message: ChildMessage): void;
  /** Signals that end it. */
  endsOn: readonly NodeJS.Signals[];
}

const supervisor: ProcessHost = {
  tell: (message) => void process.send?.(message),
  // Ctrl-C reaches the whole process group; the supervisor decides when its children end.
  endsOn: ['SIGTERM'],
};

/**
 * The frame of every process of the platform: reads its configuration, serves health and metrics, starts the parts in order, says when
 * all are ready, and ends them in reverse on SIGTERM or when the supervisor is gone.
 */
export async function runProcess<S extends z.ZodType<{ health: string | HealthAddress; logLevel: string }>>(
  name: string,
  schema: S,
  start: (config: z.infer<S>, frame: ProcessFrame) => Promise<void>,
  { tell, endsOn }: ProcessHost = supervisor,
): Promise<void> {
  const file = process.argv[2] ?? '';
  const parts: RunningPart[] = [];
  let log = createLogger(name);
  let ending = false;

  const end = async (code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(code || 1), STOP_LIMIT_MS).unref();
    for (const part of parts.reverse())
      await part.stop().catch((error: unknown) => log.error({ part: part.name, err: causeChain(error) }, 'a part did not stop cleanly'));
    process.exit(code);
  };
  const fatal = (error: unknown): void => {
    log.error({ err: causeChain(error), stack: error instanceof Error ? error.stack : undefined }, 'fatal');
    tell({ type: 'fatal', text: toUserText(error) });
    void end(1);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => (endsOn.includes(signal) ? void end(0) : undefined));
  process.once('disconnect', () => void end(0));
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);

  try {
    const config = readConfig(schema, JSON.parse(readFileSync(file, 'utf8')), file);
    log = createLogger(name, config.logLevel);
    const registry = createRegistry(name);
    const address = typeof config.health === 'string' ? { socket: config.health } : config.health;
    if ('socket' in address) rmSync(address.socket, { force: true });
    let isStarted = false;
    const notReady = (): string[] => [...(isStarted ? [] : ['the process is starting']), ...parts.flatMap((p) => p.notReady())];
    const health = await serveHealth({ registry, notReady }, address);
    parts.push({ name: 'health', notReady: () => [], stop: async () => void health.close() });
    await start(config, {
      add: (part) => void parts.push(part),
      context: (part) => ({ log: log.child({ part }), clock: systemClock, registry, fatal }),
      progress: (text) => tell({ type: 'progress', text }),
    });
    isStarted = true;
    const poll = setInterval(() => {
      if (parts.some((p) => p.notReady().length > 0)) return;
      clearInterval(poll);
      tell({ type: 'ready' });
    }, READY_POLL_MS);
  } catch (error) {
    fatal(error);
  }
}
