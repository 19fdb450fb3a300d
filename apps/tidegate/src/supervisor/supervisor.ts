import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import { embeddedAddress, preparePostgres } from '@tidegate/database/embedded';
import { toUserText } from '@tidegate/kernel';
import { FIRST_SPARE, SPARE_PORTS } from '../instance/ports.js';
import { writeFileAtomically } from '../instance/folder.js';
import { type InstancePaths, socketPath } from '../instance/paths.js';
import type { InstanceRecord } from '../instance/record.js';
import type { ApiOnlyConfig, ClusterConfig, ControlConfig, EnvoyConfig, TrafficConfig } from '../process/config.js';
import { Child, type ChildSpec } from './child.js';
import { type PlatformStatus, serveControl } from './control-socket.js';
import { endLeftover, rememberProcess } from './lock.js';
import { rotateLog } from './log-file.js';

/** A part that fails this often before the platform was ever ready ends the start with its last words. */
const STARTS_ALLOWED = 4;
const HOUSEKEEPING_MS = 10_000;
const PROGRESS_LINES = 200;

export interface SupervisorOptions {
  paths: InstancePaths;
  record: InstanceRecord;
  /** Folder with the built programs of this app. */
  programs: string;
  /** Folder of the built console. */
  consoleFolder: string | undefined;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** A PostgreSQL to use instead of the embedded one. */
  databaseUrl: string | undefined;
  onProgress(line: string): void;
}

/**
 * Megabytes of each half of V8's young generation. Loading a program fills it once, and it is never given back: with V8's own 16 the
 * platform takes 100 MB more. What is busy with requests and objects gets more than what waits for people.
 */
const YOUNG_MB: Record<string, number> = { control: 4, 'envoy-setup': 4 };

/**
 * Runs the processes of one instance: `cluster` first, since everything reads its API; Envoy's binary is provided meanwhile;
 * then `traffic`, `control` and Envoy side by side. It holds no state of its own that a restart would miss.
 */
export class Supervisor {
  private readonly children = new Map<string, Child>();
  private readonly startedAt = Date.now();
  private readonly progress: string[] = [];
  private state: PlatformStatus['state'] = 'starting';
  private readyAfterMs: number | undefined;
  private failure: string | undefined;
  private control: Server | undefined;
  private housekeeping: NodeJS.Timeout | undefined;
  private settle: { resolve: () => void; reject: (error: Error) => void } | undefined;
  private stopped: Promise<void> | undefined;
  /** Resolves when the platform was stopped. */
  readonly ended: Promise<void>;
  private markEnded: () => void = () => undefined;

  constructor(private readonly options: SupervisorOptions) {
    this.ended = new Promise((resolve) => (this.markEnded = resolve));
  }

  /** Resolves when every part is ready; rejects with the last words of the part that cannot start. */
  async start(): Promise<void> {
    const { paths } = this.options;
    if (endLeftover(this.envoyPidFile)) this.say('Ended an Envoy that a killed platform had left behind.');
    this.writeConfigs();
    this.control = await serveControl(socketPath(paths, 'supervisor'), { status: () => this.status(), stop: () => void this.stop() });
    this.housekeeping = setInterval(() => this.keepHouse(), HOUSEKEEPING_MS);
    const ready = new Promise<void>((resolve, reject) => (this.settle = { resolve, reject }));
    if (this.options.record.apiOnly) {
      this.add('api-only').start();
      return ready;
    }
    const cluster = this.add('cluster');
    const envoySetup = this.add('envoy-setup');
    cluster.onMessage((m) => {
      if (m.type === 'ready') for (const name of ['traffic', 'control']) this.startOnce(name);
    });
    envoySetup.onMessage((m) => {
      if (m.type === 'ready') void this.startEnvoy(envoySetup);
    });
    this.add('traffic');
    this.add('control');
    if (this.options.databaseUrl === undefined) void this.startDatabase();
    this.startOnce('cluster');
    this.startOnce('envoy-setup');
    return ready;
  }

  private get envoyPidFile(): string {
    return path.join(this.options.paths.private, 'envoy.pid');
  }

  private add(name: string, spec?: Partial<ChildSpec>): Child {
    const { paths, programs } = this.options;
    const child = new Child(
      {
        name,
        command: process.execPath,
        args: ['--enable-source-maps', `--max-semi-space-size=${YOUNG_MB[name] ?? 8}`, path.join(programs, 'process', `${name}.js`), this.configFile(name)],
        env: cleanEnvironment(),
        logFile: path.join(paths.logs, `${name}.log`),
        speaks: true,
        ...spec,
      },
      Math.random,
    );
    child.onMessage((message) => {
      if (message.type === 'progress') this.say(message.text);
      if (message.type === 'ready') this.checkReady();
      if (message.type === 'fatal' && this.state === 'starting' && child.restarts + 1 >= STARTS_ALLOWED) this.giveUp(name, message.text);
    });
    this.children.set(name, child);
    return child;
  }

  private startOnce(name: string): void {
    const child = this.children.get(name);
    if (child && child.startedAt === 0 && this.stopped === undefined) child.start();
  }

  /** Envoy runs under the supervisor, so that a restart of `traffic` leaves it serving its last configuration. */
  private async startEnvoy(setup: Child): Promise<void> {
    await setup.stop();
    this.children.delete('envoy-setup');
    if (this.stopped) return;
    const { paths } = this.options;
    const binary = readFileSync(this.envoyConfig().binaryFile, 'utf8').trim();
    const envoyArgs = [
      '-c',
      this.envoyConfig().bootstrap,
      '--disable-hot-restart',
      '--concurrency',
      '2',
      '--log-level',
      'warn',
      '--drain-time-s',
      '5',
    ];
    // The kernel ends Envoy when a killed supervisor can't: setpriv is part of every Debian.
    const setpriv = existsSync('/usr/bin/setpriv') ? ['/usr/bin/setpriv', '--pdeathsig', 'TERM', '--'] : [];
    const [command, ...args] = [...setpriv, binary, ...envoyArgs] as [string, ...string[]];
    const envoy = this.add('envoy', { command, args, speaks: false, logFile: path.join(paths.logs, 'envoy.log') });
    envoy.onStart((pid) => rememberProcess(this.envoyPidFile, pid));
    envoy.start();
    this.checkReady();
  }

  /** People and history wait for it; everything else runs without. It runs under the supervisor as Envoy does, as a user of its own when we are root. */
  private async startDatabase(): Promise<void> {
    const { paths } = this.options;
    const { data: dataFolder, socket: socketFolder, passwordFile } = paths.database;
    try {
      const uid = process.getuid?.() ?? -1;
      const { command, args, env } = await preparePostgres({ dataFolder, socketFolder, passwordFile, stageFolder: paths.public, uid });
      if (this.stopped) return;
      // Fast shutdown: sessions are ended, nothing is lost.
      const logFile = path.join(paths.logs, 'database.log');
      this.add('database', { command, args, env, speaks: false, logFile, stopSignal: 'SIGINT' }).start();
    } catch (error) {
      this.say(`${toUserText(error)}\n  People and history wait for a database; everything else works.`);
    }
  }

  private checkReady(): void {
    const needed = this.options.record.apiOnly ? ['api-only'] : ['cluster', 'traffic', 'control', 'envoy'];
    if (this.state !== 'starting' || !needed.every((name) => this.children.get(name)?.state === 'ready')) return;
    this.state = 'ready';
    this.readyAfterMs = Date.now() - this.startedAt;
    this.settle?.resolve();
  }

  private giveUp(name: string, words: string): void {
    this.state = 'failed';
    this.failure = `${name} does not start: ${words}`;
    this.settle?.reject(new Error(this.failure));
  }

  private say(line: string): void {
    if (this.progress.length < PROGRESS_LINES) this.progress.push(line);
    this.options.onProgress(line);
  }

  private keepHouse(): void {
    for (const child of this.children.values()) rotateLog(child.spec.logFile);
    rotateLog(path.join(this.options.paths.logs, 'supervisor.log'));
  }

  status(): PlatformStatus {
    const parts = [...this.children.values()];
    const degraded = this.state === 'ready' && parts.some((c) => c.state !== 'ready');
    return {
      state: degraded ? 'degraded' : this.state,
      pid: process.pid,
      startedAt: this.startedAt,
      readyAfterMs: this.readyAfterMs,
      failure: this.failure,
      progress: this.progress,
      parts: parts.map((c) => ({
        name: c.spec.name,
        state: c.state,
        pid: c.pid,
        restarts: c.restarts,
        startedAt: c.startedAt,
        lastWords: c.lastWords,
      })),
    };
  }

  /** Ends all parts: first what decides, then Envoy, at last the cluster with its pods. Safe to call twice. */
  stop(): Promise<void> {
    this.stopped ??= this.stopAll();
    return this.stopped;
  }

  private async stopAll(): Promise<void> {
    if (this.state !== 'failed') this.state = 'stopping';
    clearInterval(this.housekeeping);
    const stop = (name: string): Promise<void> | undefined => this.children.get(name)?.stop();
    await Promise.all([stop('control'), stop('envoy-setup'), stop('api-only')]);
    await Promise.all([stop('cluster'), stop('envoy'), stop('traffic'), stop('database')]);
    rmSync(this.envoyPidFile, { force: true });
    this.control?.close();
    this.control?.closeAllConnections();
    rmSync(socketPath(this.options.paths, 'supervisor'), { force: true });
    this.markEnded();
  }

  private configFile(name: string): string {
    return path.join(this.options.paths.private, `process-${name}.json`);
  }

  private frame(name: string): { health: string; logLevel: SupervisorOptions['logLevel'] } {
    return { health: socketPath(this.options.paths, name), logLevel: this.options.logLevel };
  }

  private envoyConfig(): EnvoyConfig {
    const { paths } = this.options;
    return {
      ...this.frame('envoy-setup'),
      data: paths.data,
      bootstrap: path.join(paths.private, 'envoy.json'),
      binaryFile: path.join(paths.private, 'envoy-binary'),
      adminSocket: socketPath(paths, 'admin'),
      xdsSocket: socketPath(paths, 'xds'),
      telemetrySocket: socketPath(paths, 'telemetry'),
      activatorSocket: socketPath(paths, 'activator'),
    };
  }

  private writeConfigs(): void {
    const { paths, record, consoleFolder } = this.options;
    const kubeconfig = (identity: string): string => path.join(paths.private, `${identity}.kubeconfig`);
    const signalsSocket = socketPath(paths, 'signals');
    const auditLog = record.auditLog ? { auditLog: path.join(paths.logs, 'kubernetes-audit.jsonl') } : {};
    const cluster: ClusterConfig = {
      ...this.frame('cluster'),
      data: paths.data,
      run: paths.run,
      apiPort: record.apiPort,
      portBlock: record.port + FIRST_SPARE,
      portBlockSize: SPARE_PORTS,
      podNetwork: record.podNetwork ?? 'loopback',
      ...auditLog,
      sample: record.sample,
    };
    const apiOnly: ApiOnlyConfig = { ...this.frame('api-only'), data: paths.data, apiPort: record.apiPort, ...auditLog };
    const envoy = this.envoyConfig();
    const traffic: TrafficConfig = {
      ...this.frame('traffic'),
      kubeconfig: kubeconfig('traffic'),
      activatorKubeconfig: kubeconfig('activator'),
      autoscalerKubeconfig: kubeconfig('autoscaler'),
      xdsSocket: envoy.xdsSocket,
      telemetrySocket: envoy.telemetrySocket,
      activatorSocket: envoy.activatorSocket,
      signalsSocket,
    };
    const control: ControlConfig = {
      ...this.frame('control'),
      deliveryKubeconfig: kubeconfig('delivery'),
      servingKubeconfig: kubeconfig('serving'),
      tenancyKubeconfig: kubeconfig('tenancy'),
      webhookKubeconfig: kubeconfig('webhook'),
      apiKubeconfig: kubeconfig('api'),
      signalsSocket,
      supervisorSocket: socketPath(paths, 'supervisor'),
      port: record.port,
      kubernetesProxy: { port: record.port + 2, tls: path.join(paths.private, 'kubernetes-proxy') },
      database: this.options.databaseUrl === undefined ? embeddedAddress({ socketFolder: paths.database.socket, passwordFile: paths.database.passwordFile }) : { url: this.options.databaseUrl },
      ownerTokenFile: path.join(paths.private, 'console-token'),
      ...(consoleFolder === undefined ? {} : { consoleFolder }),
    };
    if (!existsSync(control.ownerTokenFile)) writeFileAtomically(control.ownerTokenFile, `${randomBytes(24).toString('base64url')}\n`);
    for (const [name, config] of Object.entries({ cluster, traffic, control, 'envoy-setup': envoy, 'api-only': apiOnly })) {
      writeFileAtomically(this.configFile(name), `${JSON.stringify(config, null, 2)}\n`);
    }
  }
}

/** The parts get what a program needs to run and nothing of the caller's other settings. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'HOME',
    'LANG',
    'TZ',
    'TMPDIR',
    'USER',
    'LOGNAME',
    'TIDEGATE_ENVOY',
    'PIP_INDEX_URL',
    'PIP_CONFIG_FILE',
    'PIP_CERT',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
    'NODE_EXTRA_CA_CERTS',
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'https_proxy',
    'http_proxy',
    'no_proxy',
  ];
  return { ...Object.fromEntries(kept.flatMap((k) => (process.env[k] === undefined ? [] : [[k, process.env[k]]]))), NODE_OPTIONS: '' };
}
