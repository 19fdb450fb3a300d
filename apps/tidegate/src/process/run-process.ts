import { readFileSync, rmSync } from 'node:fs';
import {
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

const tell = (message: ChildMessage): void => void process.send?.(message);

/**
 * The frame of every process of the platform: reads its configuration, serves health and metrics on a unix socket, starts the
 * parts in order, says when all are ready, and ends them in reverse on SIGTERM or when the supervisor is gone.
 */
export async function runProcess<S extends z.ZodType<{ health: string; logLevel: string }>>(
  name: string,
  schema: S,
  start: (config: z.infer<S>, frame: ProcessFrame) => Promise<void>,
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
  process.once('SIGTERM', () => void end(0));
  process.once('disconnect', () => void end(0));
  // Ctrl-C reaches the whole process group; the supervisor decides when its children end.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', fatal);
  process.on('unhandledRejection', fatal);

  try {
    const config = readConfig(schema, JSON.parse(readFileSync(file, 'utf8')), file);
    log = createLogger(name, config.logLevel);
    const registry = createRegistry(name);
    rmSync(config.health, { force: true });
    const health = await serveHealth({ registry, notReady: () => parts.flatMap((p) => p.notReady()) }, { socket: config.health });
    parts.push({ name: 'health', notReady: () => [], stop: async () => void health.close() });
    await start(config, {
      add: (part) => void parts.push(part),
      context: (part) => ({ log: log.child({ part }), clock: systemClock, registry, fatal }),
      progress: (text) => tell({ type: 'progress', text }),
    });
    const poll = setInterval(() => {
      if (parts.some((p) => p.notReady().length > 0)) return;
      clearInterval(poll);
      tell({ type: 'ready' });
    }, READY_POLL_MS);
  } catch (error) {
    fatal(error);
  }
}
