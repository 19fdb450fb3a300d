import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { TidegateError } from '@tidegate/kernel';
import { codes } from './errors.js';

export const DESCRIPTOR_FILE = new URL('../generated/envoy.json', import.meta.url);

// 64-bit integers are read as numbers: Envoy's are counts, nanoseconds and versions far below 2^53, and no Long object is made per field.
Reflect.set(protobuf.util, 'Long', undefined);
protobuf.configure();

let root: protobuf.Root | undefined;
const types = new Map<string, protobuf.Type>();

function definitions(): protobuf.Root {
  root ??= protobuf.Root.fromJSON(JSON.parse(readFileSync(DESCRIPTOR_FILE, 'utf8')) as protobuf.INamespace);
  return root;
}

/** The message with this full name, for example envoy.config.cluster.v3.Cluster; undefined when unknown. The definitions are read at the first call. */
export function findMessage(name: string): protobuf.Type | undefined {
  const known = types.get(name);
  if (known) return known;
  const found = definitions().lookup(name, [protobuf.Type]);
  if (!(found instanceof protobuf.Type)) return undefined;
  types.set(name, found);
  return found;
}

/** Like findMessage; throws ENVOY_MESSAGE_UNKNOWN. */
export function messageNamed(name: string): protobuf.Type {
  const found = findMessage(name);
  if (found) return found;
  throw new TidegateError(codes.ENVOY_MESSAGE_UNKNOWN, `Envoy message ${name} is unknown here.`, {
    remedy: 'Add its .proto file to the list in libs/envoy-protos/src/build-descriptor.ts and run the golden test with UPDATE_GOLDEN=1.',
  });
}

const PREFIX = 'type.googleapis.com/';
export const typeUrlOf = (name: string): string => PREFIX + name;
export const nameOfTypeUrl = (typeUrl: string): string => typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
