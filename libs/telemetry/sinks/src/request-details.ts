import type { ProtobufReader } from './protobuf-reader.js';

/** Namespace of the dynamic metadata that the activator's answers leave behind. */
const GRANT_NAMESPACE = 'envoy.filters.http.ext_authz';
const SLOT_KEY = 'slot';

/** `address:port` of an envoy.config.core.v3.Address; undefined for a pipe. The reader is used up. */
export function readUpstream(reader: ProtobufReader): string | undefined {
  const found = readAddress(reader);
  return found && (found.address.includes(':') ? `[${found.address}]:${found.port}` : `${found.address}:${found.port}`);
}

/** The address alone; '' for a pipe. The reader is used up. */
export const readHost = (reader: ProtobufReader): string => readAddress(reader)?.address ?? '';

function readAddress(reader: ProtobufReader): { address: string; port: number } | undefined {
  while (reader.next()) {
    if (reader.field === 1) return readSocketAddress(reader.message());
    reader.skip();
  }
  return undefined;
}

function readSocketAddress(reader: ProtobufReader): { address: string; port: number } {
  let address = '';
  let port = 0;
  while (reader.next()) {
    if (reader.field === 2) address = reader.ascii();
    else if (reader.field === 3) port = reader.varint();
    else reader.skip();
  }
  return { address, port };
}

/** What the activator said of the request, out of envoy.config.core.v3.Metadata; undefined when it said nothing. The reader is used up. */
export function readGrant(reader: ProtobufReader): { slot?: string } | undefined {
  while (reader.next()) {
    const fields = reader.field === 1 ? fieldsOfGrant(reader.message()) : undefined;
    if (fields) return readSlot(fields);
    if (reader.field !== 1) reader.skip();
  }
  return undefined;
}

/** One entry of filter_metadata (name, Struct): the Struct when the name is the activator's. */
function fieldsOfGrant(entry: ProtobufReader): ProtobufReader | undefined {
  let name = '';
  let fields: ProtobufReader | undefined;
  while (entry.next()) {
    if (entry.field === 1) name = entry.ascii();
    else if (entry.field === 2) fields = entry.message();
    else entry.skip();
  }
  return name === GRANT_NAMESPACE ? fields : undefined;
}

function readSlot(fields: ProtobufReader): { slot?: string } {
  while (fields.next()) {
    if (fields.field !== 1) {
      fields.skip();
      continue;
    }
    const field = readTextField(fields.message());
    if (field.key === SLOT_KEY && field.text !== '') return { slot: field.text };
  }
  return {};
}

/** One entry of a Struct (key, Value); `text` is empty for values that are no strings. */
function readTextField(entry: ProtobufReader): { key: string; text: string } {
  const field = { key: '', text: '' };
  while (entry.next()) {
    if (entry.field === 1) field.key = entry.ascii();
    else if (entry.field === 2) {
      const value = entry.message();
      while (value.next()) {
        if (value.field === 3) field.text = value.ascii();
        else value.skip();
      }
    } else entry.skip();
  }
  return field;
}
