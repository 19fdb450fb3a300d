import type { ResourceType } from '@tidegate/mesh-snapshot';
import type { InFlight, ProxyState, TypeState } from './proxy-state.js';
import type { EncodedResource, ResourceView } from './resource-view.js';

/** A delta discovery request in our words. */
export interface ProxyRequest {
  type: ResourceType;
  subscribe: readonly string[];
  unsubscribe: readonly string[];
  /** Sent once after a reconnect: what the proxy still holds. */
  initialVersions: Readonly<Record<string, string>>;
  nonce: string;
  /** Envoy's words when it refused the response with this nonce. */
  error?: string;
}

/** What became of a response. */
export interface RequestOutcome {
  acked: readonly EncodedResource[];
  /** Resources known to be refused: the response held nothing else. */
  rejected: readonly { resource: EncodedResource; message: string }[];
  /** A response with several resources was refused; they are tried apart. */
  splitAfter?: string;
}

const NOTHING: RequestOutcome = { acked: [], rejected: [] };
/** The version of a resource that a proxy may or may not have applied; equal to no hash. */
const UNCONFIRMED = 'unconfirmed';
const MESSAGE_LIMIT = 1000;
/** A message that seems to name more than this is not trusted to name the guilty ones; halves are tried instead. */
const SUSPECTS_LIMIT = 16;

/**
 * Takes subscriptions first, since they count even in a request with an old nonce, then the answer to the response in flight.
 * Only the nonce says which response is meant; error or not says how it went (xDS protocol, delta variant).
 */
export function takeRequest(state: ProxyState, view: ResourceView, request: ProxyRequest, now: number): RequestOutcome {
  const type = state.types[request.type];
  subscribe(type, view, request);
  const sent = type.inFlight;
  if (!sent || request.nonce !== sent.nonce) return NOTHING;
  type.inFlight = undefined;
  if (request.error !== undefined) return refuse(type, sent, request.error);
  for (const resource of sent.resources) {
    if (isSubscribed(type, resource.name)) type.held.set(resource.name, resource.version);
    if (view.get(request.type, resource.name)?.version === resource.version) type.rejected.delete(resource.name);
  }
  for (const name of sent.removed) type.held.delete(name);
  if (request.type === 'routes' || request.type === 'scope' || request.type === 'listener') state.routingAckedAt = now;
  return { acked: sent.resources, rejected: [] };
}

const isSubscribed = (type: TypeState, name: string): boolean => type.wildcard || type.subscribed.has(name);

function subscribe(type: TypeState, view: ResourceView, request: ProxyRequest): void {
  const first = !type.asked;
  type.asked = true;
  if (first) {
    for (const [name, version] of Object.entries(request.initialVersions)) {
      type.held.set(name, version);
      type.dirty.add(name);
    }
  }
  // No names in the first request is the old way to ask for everything, '*' the new one.
  if ((first && request.subscribe.length === 0) || request.subscribe.includes('*')) {
    type.wildcard = true;
    type.owesEmptyAnswer = type.held.size === 0;
    for (const name of view.names(request.type)) type.dirty.add(name);
  }
  for (const name of request.subscribe) {
    if (name === '*') continue;
    type.subscribed.add(name);
    type.dirty.add(name);
    // What it told to hold already need not be sent again; everything else asked for by name gets an answer.
    if (!(first && name in request.initialVersions)) type.owed.add(name);
  }
  for (const name of request.unsubscribe) {
    if (name === '*') type.wildcard = false;
    type.subscribed.delete(name);
    if (type.wildcard) {
      type.owed.add(name);
      type.dirty.add(name);
    } else {
      type.held.delete(name);
      type.owed.delete(name);
      type.dirty.delete(name);
      type.rejected.delete(name);
    }
  }
}

/**
 * One refused resource is known to be bad. Of several, Envoy's message mostly names the bad ones: the others go first, together, and
 * then each suspect alone; without names, halves are tried.
 */
function refuse(type: TypeState, sent: InFlight, error: string): RequestOutcome {
  const message = error.slice(0, MESSAGE_LIMIT);
  const names = sent.resources.map((resource) => resource.name);
  for (const name of names) type.dirty.add(name);
  const [only] = sent.resources;
  if (only && sent.resources.length === 1) {
    type.rejected.set(only.name, { version: only.version, message });
    return { acked: [], rejected: [{ resource: only, message }] };
  }
  // Envoy has applied the good ones of a refused response: what it holds of them is known again once each is acknowledged.
  for (const name of names) type.held.set(name, UNCONFIRMED);
  // A refused pure removal is not repeated: the proxy keeps something that nothing names any more.
  if (!only) for (const name of sent.removed) type.held.delete(name);
  const suspects = names.filter((name) => mentions(error, name));
  if (suspects.length > 0 && suspects.length <= SUSPECTS_LIMIT) {
    const rest = names.filter((name) => !suspects.includes(name));
    type.trials.unshift(...(rest.length > 0 ? [rest] : []), ...suspects.map((name) => [name]));
  } else if (names.length > 1) {
    const half = Math.ceil(names.length / 2);
    type.trials.unshift(names.slice(0, half), names.slice(half));
  }
  return { ...NOTHING, splitAfter: message };
}

/** True when the text has the name as a whole: `a/b` is not mentioned by `a/bc`. */
function mentions(text: string, name: string): boolean {
  const isPartOfName = (character: string | undefined): boolean => character !== undefined && /[\w/-]/.test(character);
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    if (!isPartOfName(text[at - 1]) && !isPartOfName(text[at + name.length])) return true;
  }
  return false;
}
