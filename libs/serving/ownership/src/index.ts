export { ADDRESS_ANNOTATION, type Member, Membership } from './membership.js';
export { ownerOf } from './rendezvous.js';
