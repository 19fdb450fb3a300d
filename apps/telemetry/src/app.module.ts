import { type DynamicModule, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { type PartContext, type RunningPart, serveHealth } from '@tidegate/kernel';
import { startTelemetry } from '@tidegate/telemetry-sinks';
import type { Server } from 'node:http';
import type { TelemetryConfig } from './config.js';

const PART = Symbol('running telemetry');
const HEALTH = Symbol('health endpoint');

/** Telemetry and its health endpoint, started in this order and stopped in the other. */
@Module({})
export class TelemetryModule implements OnApplicationShutdown {
  private readonly part: RunningPart;
  private readonly health: Server;
  constructor(@Inject(PART) part: RunningPart, @Inject(HEALTH) health: Server) {
    this.part = part;
    this.health = health;
  }

  static with(context: PartContext, config: TelemetryConfig): DynamicModule {
    const { listen, signals, health, seconds, subjects } = config;
    return {
      module: TelemetryModule,
      providers: [
        { provide: PART, useFactory: () => startTelemetry(context, { listen, signals, limits: { seconds, subjects } }) },
        {
          provide: HEALTH,
          inject: [PART],
          useFactory: (part: RunningPart) => serveHealth({ registry: context.registry, notReady: () => part.notReady() }, health),
        },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await new Promise((resolve) => this.health.close(resolve));
    await this.part.stop();
  }
}
