export { Handover, type HandoverTimes, type View } from './handover.js';
export { jsonMethod } from './json-method.js';
export type { Member } from './membership.js';
export { type PeerEndpoint, type PeerListening, listenForPeers, peerAddress } from './peer-address.js';
export { ownerOf } from './rendezvous.js';
export { Replicas, type ReplicasOptions } from './replicas.js';
