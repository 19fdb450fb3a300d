import { type ListenAddress, type PartContext, type RunningPart, addressText } from '@tidegate/kernel';
import type { RequestEvents } from '@tidegate/signals';
import { type SeriesLimits, TelemetrySeries, defaultSeriesLimits, toSignals, toTraffic } from '@tidegate/telemetry-series';
import { createEnvoyServer } from './envoy-server.js';
import { listen } from './grpc-socket.js';
import { RequestTap } from './request-tap.js';
import { serveSignals } from './signals-server.js';
import { registerMetrics } from './telemetry-metrics.js';

export interface TelemetryOptions {
  /** For Envoy: access log service and metrics service. */
  listen: ListenAddress;
  /** For consumers of signals. */
  signals: ListenAddress;
  /** Default: 900 seconds of 256 Services. */
  limits?: SeriesLimits;
}

const TICK_MS = 50;
/** In the certificate of every proxy. */
const PROXY_NAME = 'gateway.tidegate';

export interface RunningTelemetry extends RunningPart {
  /** For consumers in this process; others find them on the signals socket. */
  readonly requestEvents: RequestEvents;
}

/** Takes in what proxies report and offers it as signals and request events. After a restart the first seconds are a gap. */
export async function startTelemetry({ clock, log, registry }: PartContext, options: TelemetryOptions): Promise<RunningTelemetry> {
  const tap = new RequestTap(log);
  const series = new TelemetrySeries(clock.now(), options.limits ?? defaultSeriesLimits);
  const signals = await serveSignals({ signals: toSignals(series), traffic: toTraffic(series, () => clock.now()), requestEvents: tap }, options.signals, log);
  const metrics = registerMetrics(series, signals.subscriptions, registry);
  const envoy = createEnvoyServer({ series, tap, clock, log, onEntries: metrics.entries });
  const forEnvoy = await listen(envoy, options.listen, { expects: [PROXY_NAME], log }).catch(async (error: unknown) => {
    await signals.stop();
    throw error;
  });
  log.info({ proxies: addressText(options.listen), signals: addressText(options.signals) }, 'telemetry listens');
  let stopped = false;
  let cancelTick = (): void => undefined;
  const tick = (): void => {
    if (stopped) return;
    // After a standstill, what waits in the sockets comes before seconds are closed without it.
    setImmediate(() => setImmediate(() => !stopped && series.tick(clock.now())));
    cancelTick = clock.after(TICK_MS, tick);
  };
  tick();
  return {
    name: 'telemetry',
    requestEvents: tap,
    notReady: () => (stopped ? ['telemetry has stopped'] : []),
    async stop() {
      if (stopped) return;
      stopped = true;
      cancelTick();
      forEnvoy.stop();
      envoy.forceShutdown();
      await signals.stop();
    },
  };
}
