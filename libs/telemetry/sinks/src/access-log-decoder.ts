import type { AccessLogEntry } from '@tidegate/telemetry-series';
import { ProtobufReader } from './protobuf-reader.js';
import { readHost } from './request-details.js';

/** What the series need, and where the bytes are of what only listeners to single requests want. */
export interface DecodedEntry extends AccessLogEntry {
  upstream: ProtobufReader | undefined;
  metadata: ProtobufReader | undefined;
}

/** A StreamAccessLogsMessage, reduced to what is used of it. */
export interface AccessLogMessage {
  /** On the first message of a stream only. */
  identifier?: { proxy: string; logName: string };
  entries: DecodedEntry[];
}

/** By envoy.data.accesslog.v3.AccessLogType: 4 DownstreamStart, 5 DownstreamPeriodic, 6 DownstreamEnd. */
const TYPES: readonly (AccessLogEntry['type'] | undefined)[] = [undefined, undefined, undefined, undefined, 'start', 'open', 'end'];

/**
 * Decodes envoy.service.accesslog.v3.StreamAccessLogsMessage by field number. The generic decoder builds some forty objects
 * per entry; this hot path reads a dozen fields and skips the rest (tools/bench compares both).
 */
export function decodeAccessLogMessage(bytes: Buffer): AccessLogMessage {
  const message: AccessLogMessage = { entries: [] };
  const reader = new ProtobufReader(bytes);
  while (reader.next()) {
    if (reader.field === 1) message.identifier = readIdentifier(reader.message());
    else if (reader.field === 2) readEntries(reader.message(), message.entries);
    else reader.skip();
  }
  return message;
}

function readIdentifier(reader: ProtobufReader): { proxy: string; logName: string } {
  const identifier = { proxy: '', logName: '' };
  while (reader.next()) {
    if (reader.field === 1) identifier.proxy = readNodeId(reader.message());
    else if (reader.field === 2) identifier.logName = reader.ascii();
    else reader.skip();
  }
  return identifier;
}

function readNodeId(reader: ProtobufReader): string {
  let id = '';
  while (reader.next()) {
    if (reader.field === 1) id = reader.ascii();
    else reader.skip();
  }
  return id;
}

function readEntries(reader: ProtobufReader, entries: DecodedEntry[]): void {
  while (reader.next()) {
    if (reader.field !== 1) reader.skip();
    else {
      const entry = readEntry(reader.message());
      if (entry) entries.push(entry);
    }
  }
}

/** Fields of AccessLogCommon while they are read; times in ms, -1 when absent. */
interface Common {
  type: number;
  route: string;
  streamId: string;
  startSeconds: number;
  startNanos: number;
  lastRxMs: number;
  lastUpstreamRxMs: number;
  durationMs: number;
  flags: number;
  local: ProtobufReader | undefined;
  upstream: ProtobufReader | undefined;
  metadata: ProtobufReader | undefined;
}

function readEntry(reader: ProtobufReader): DecodedEntry | undefined {
  let common: Common | undefined;
  const response = { code: 0, grpcStatus: -1 };
  while (reader.next()) {
    if (reader.field === 1) common = readCommon(reader.message());
    else if (reader.field === 4) readResponse(reader.message(), response);
    else reader.skip();
  }
  const type = common && TYPES[common.type];
  if (!common || !type) return undefined;
  const durationMs = Math.max(0, common.durationMs);
  return {
    type,
    key: `${common.streamId}/${common.startSeconds}.${common.startNanos}`,
    route: common.route,
    startMs: common.startSeconds * 1000 + common.startNanos / 1e6,
    durationMs,
    latencyMs: common.lastUpstreamRxMs < 0 ? durationMs : Math.max(0, common.lastUpstreamRxMs - Math.max(0, common.lastRxMs)),
    code: response.code,
    flags: common.flags,
    grpcStatus: response.grpcStatus,
    dialled: type === 'end' && common.local ? readHost(common.local) : '',
    upstream: common.upstream,
    metadata: common.metadata,
  };
}

function readCommon(reader: ProtobufReader): Common {
  const common: Common = {
    type: 0,
    route: '',
    streamId: '',
    startSeconds: 0,
    startNanos: 0,
    lastRxMs: -1,
    lastUpstreamRxMs: -1,
    durationMs: 0,
    flags: 0,
    local: undefined,
    upstream: undefined,
    metadata: undefined,
  };
  while (reader.next()) {
    switch (reader.field) {
      case 3:
        common.local = reader.message();
        break;
      case 5:
        readStart(reader.message(), common);
        break;
      case 6:
        common.lastRxMs = readDurationMs(reader.message());
        break;
      case 10:
        common.lastUpstreamRxMs = readDurationMs(reader.message());
        break;
      case 13:
        common.upstream = reader.message();
        break;
      case 16:
        common.flags = readFlags(reader.message());
        break;
      case 17:
        common.metadata = reader.message();
        break;
      case 19:
        common.route = reader.ascii();
        break;
      case 23:
        common.durationMs = readDurationMs(reader.message());
        break;
      case 26:
        common.streamId = reader.ascii();
        break;
      case 33:
        common.type = reader.varint();
        break;
      default:
        reader.skip();
    }
  }
  return common;
}

function readStart(reader: ProtobufReader, common: Common): void {
  while (reader.next()) {
    if (reader.field === 1) common.startSeconds = reader.varint();
    else if (reader.field === 2) common.startNanos = reader.varint();
    else reader.skip();
  }
}

function readDurationMs(reader: ProtobufReader): number {
  let ms = 0;
  while (reader.next()) {
    if (reader.field === 1) ms += reader.varint() * 1000;
    else if (reader.field === 2) ms += reader.varint() / 1e6;
    else reader.skip();
  }
  return ms;
}

/** Booleans of ResponseFlags as bits by field number; messages (13) tell only that they are there. */
function readFlags(reader: ProtobufReader): number {
  let flags = 0;
  while (reader.next()) {
    const { field } = reader;
    if (field === 13) reader.skip();
    else if (reader.varint() === 0) continue;
    if (field < 31) flags |= 1 << field;
  }
  return flags;
}

function readResponse(reader: ProtobufReader, response: { code: number; grpcStatus: number }): void {
  while (reader.next()) {
    if (reader.field === 1) response.code = readWrapped(reader.message());
    else if (reader.field === 4 || reader.field === 5) readGrpcStatus(reader.message(), response);
    else reader.skip();
  }
}

function readWrapped(reader: ProtobufReader): number {
  let value = 0;
  while (reader.next()) {
    if (reader.field === 1) value = reader.varint();
    else reader.skip();
  }
  return value;
}

/** One entry of a map of headers or trailers; trailers come later and win. */
function readGrpcStatus(reader: ProtobufReader, response: { grpcStatus: number }): void {
  let key = '';
  let value = '';
  while (reader.next()) {
    if (reader.field === 1) key = reader.ascii();
    else if (reader.field === 2) value = reader.ascii();
    else reader.skip();
  }
  if (key === 'grpc-status' && /^\d{1,3}$/.test(value)) response.grpcStatus = Number(value);
}
