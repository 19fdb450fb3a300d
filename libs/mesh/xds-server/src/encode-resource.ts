import { createHash } from 'node:crypto';
import { encode } from '@tidegate/envoy-protos';
import type { XdsResource } from '@tidegate/mesh-snapshot';
import { TYPE_URLS, type EncodedResource } from './resource-view.js';

const VIRTUAL_HOST = 'type.googleapis.com/envoy.config.route.v3.VirtualHost';
/** Field 2 of RouteConfiguration, `virtual_hosts`, as a length-delimited field (protobuf encoding guide). */
const VIRTUAL_HOSTS_TAG = 0x12;

/** A snapshot keeps the hosts that did not change, so that of a table with thousands only the changed ones are encoded. Lives as long as they do. */
const encodedHosts = new WeakMap<object, Buffer>();

/** Throws ENVOY_MESSAGE_INVALID with the path of the fault. The same body gives the same version, in any process. */
export function encodeResource(resource: XdsResource): EncodedResource {
  const { type, name, body, owners } = resource;
  const bytes = type === 'routes' ? encodeRoutes(body) : encode(TYPE_URLS[type], body);
  const version = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const encoded: EncodedResource = { type, name, version, bytes, owners };
  if (type === 'endpoints' && Array.isArray(body['endpoints']) && body['endpoints'].length === 0) return { ...encoded, isEmpty: true };
  const endpointsName = type === 'cluster' ? endpointsNameOf(name, body) : undefined;
  return endpointsName === undefined ? encoded : { ...encoded, endpointsName };
}

/** Fields of a message may come in any order: first all others, then the hosts. */
function encodeRoutes(body: Record<string, unknown>): Buffer {
  const { virtual_hosts: hosts, ...rest } = body;
  const parts = [encode(TYPE_URLS.routes, rest)];
  if (hosts !== undefined && !Array.isArray(hosts)) return encode(TYPE_URLS.routes, body);
  for (const host of hosts ?? []) {
    const bytes = encodedHost(host);
    parts.push(lengthPrefix(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

function encodedHost(host: unknown): Buffer {
  if (typeof host !== 'object' || host === null) return encode(VIRTUAL_HOST, { host });
  const known = encodedHosts.get(host);
  if (known) return known;
  const bytes = encode(VIRTUAL_HOST, { ...host });
  encodedHosts.set(host, bytes);
  return bytes;
}

/** The field's tag and its length as a varint: seven bits a byte, lowest first. */
function lengthPrefix(length: number): Buffer {
  const bytes = [VIRTUAL_HOSTS_TAG];
  let rest = length;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

function endpointsNameOf(name: string, body: Record<string, unknown>): string | undefined {
  if (body['type'] !== 'EDS') return undefined;
  const eds = body['eds_cluster_config'];
  const serviceName = typeof eds === 'object' && eds !== null && 'service_name' in eds ? eds.service_name : undefined;
  return typeof serviceName === 'string' && serviceName !== '' ? serviceName : name;
}
