import { crc32 } from 'node:zlib';
import { configMapComplaint, SERVING_CONFIG_MAPS } from '@tidegate/serving-config';
import { type JsonObject, objectAt, textAt, textsAt } from './json.js';

const EXAMPLE_KEY = '_example';
const CHECKSUM_ANNOTATION = 'knative.dev/example-checksum';

/** Why a config map of the serving namespace is refused; undefined when it is fine, or not one that is read. */
export function reviewConfigMap(configMap: JsonObject): string | undefined {
  const metadata = objectAt(configMap, 'metadata') ?? {};
  const name = textAt(metadata, 'name');
  if (!SERVING_CONFIG_MAPS.includes(name)) return undefined;
  const data = textsAt(configMap, 'data');
  const [example, checksum] = [data.get(EXAMPLE_KEY), textsAt(metadata, 'annotations').get(CHECKSUM_ANNOTATION)];
  if (example !== undefined && checksum !== undefined && checksum !== exampleChecksum(example))
    return `the update modifies a key in "${EXAMPLE_KEY}" which is probably not what you want. Instead, copy the respective setting to the top-level of the ConfigMap, directly below "data"`;
  return configMapComplaint(name, Object.fromEntries(data));
}

/** CRC-32 of the trimmed text with every run of line ends written as a backslash and an n, in hex. */
function exampleChecksum(example: string): string {
  return crc32(example.trim().replace(/(?:\r?\n)+/g, '\\n'))
    .toString(16)
    .padStart(8, '0');
}
