import http from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import https from 'node:https';
import { connect as connectTcp } from 'node:net';
import type { Probe } from '@tidegate/kube';

export interface ProbeTarget {
  /** The address of the pod. */
  host: string;
  /** The real port for a containerPort's number or name; undefined for an unknown name. */
  port(port: number | string): number | undefined;
  /** Runs a command in the container. */
  exec(command: string[], timeoutMs: number): Promise<{ exitCode: number; output: string }>;
}

/** Undefined when the probe succeeds, else what a kubelet says about it. */
export type ProbeAnswer = string | undefined;

const MAX_BODY = 1024;
const GRPC_SERVING = 1;

/** One attempt. Never rejects: every trouble is a failed probe. */
export async function runProbe(probe: Probe, target: ProbeTarget): Promise<ProbeAnswer> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.httpGet) return await probeHttp(probe.httpGet, target, timeoutMs);
    if (probe.tcpSocket) return await probeTcp(probe.tcpSocket.host ?? target.host, realPort(target, probe.tcpSocket.port), timeoutMs);
    if (probe.grpc) return await probeGrpc(target.host, realPort(target, probe.grpc.port), probe.grpc.service ?? '', timeoutMs);
    if (probe.exec) {
      const { exitCode, output } = await target.exec(probe.exec.command ?? [], timeoutMs);
      return exitCode === 0 ? undefined : output.slice(0, MAX_BODY) || `command exited with ${exitCode}`;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type HttpGet = NonNullable<Probe['httpGet']>;

function realPort(target: ProbeTarget, port: unknown): number {
  const asked = typeof port === 'string' && /^\d+$/.test(port) ? Number(port) : port;
  const found = typeof asked === 'number' || typeof asked === 'string' ? target.port(asked) : undefined;
  if (found === undefined) throw new Error(`couldn't find port: ${String(port)}`);
  return found;
}

function probeHttp(get: HttpGet, target: ProbeTarget, timeoutMs: number): Promise<ProbeAnswer> {
  const secure = get.scheme === 'HTTPS';
  const host = get.host ?? target.host;
  const port = realPort(target, get.port);
  const headers: Record<string, string> = { 'user-agent': 'kube-probe/1.34', accept: '*/*', connection: 'close' };
  for (const { name, value } of get.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  const path = get.path?.startsWith('/') ? get.path : `/${get.path ?? ''}`;
  const where = `${secure ? 'https' : 'http'}://${host}:${port}${path}`;
  return new Promise((resolve) => {
    const options = { host, port, path, headers, timeout: timeoutMs, agent: false, rejectUnauthorized: false };
    const request = (secure ? https : http).get(options, (response) => {
      const status = response.statusCode ?? 0;
      response.resume();
      finish(status >= 200 && status < 400 ? undefined : `HTTP probe failed with statuscode: ${status}`);
    });
    const cancel = setTimeout(
      () => finish(`Get "${where}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`),
      timeoutMs,
    );
    const finish = (answer: ProbeAnswer): void => {
      clearTimeout(cancel);
      request.destroy();
      resolve(answer);
    };
    request.on('error', (error) => finish(`Get "${where}": ${error.message}`));
  });
}

function probeTcp(host: string, port: number, timeoutMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connectTcp({ host, port });
    const finish = (answer: ProbeAnswer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => finish(`dial tcp ${host}:${port}: i/o timeout`));
    socket.once('connect', () => finish(undefined));
    socket.once('error', (error) => finish(`dial tcp ${host}:${port}: ${error.message}`));
  });
}

/** grpc.health.v1.Health/Check: the request has one string field, the answer one enum field (1 is SERVING). */
function probeGrpc(host: string, port: number, service: string, timeoutMs: number): Promise<ProbeAnswer> {
  const name = Buffer.from(service, 'utf8');
  const message = name.length === 0 ? Buffer.alloc(0) : Buffer.concat([Buffer.from([0x0a, name.length]), name]);
  const frame = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  return new Promise((resolve) => {
    const session = connectHttp2(`http://${host}:${port}`);
    const cancel = setTimeout(() => finish(`timeout: failed to connect service "${host}:${port}" within ${timeoutMs}ms`), timeoutMs);
    const finish = (answer: ProbeAnswer): void => {
      clearTimeout(cancel);
      session.destroy();
      resolve(answer);
    };
    session.on('error', (error) => finish(`error: ${error.message}`));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const answer: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => void (answer.length < 16 && answer.push(chunk)));
    stream.on('error', (error) => finish(`error: ${error.message}`));
    stream.on('end', () => {
      const body = Buffer.concat(answer).subarray(5);
      finish(body[0] === 0x08 && body[1] === GRPC_SERVING ? undefined : 'service unhealthy (responded with "NOT_SERVING")');
    });
    stream.end(frame);
  });
}
