/** Suffixes that Kubernetes and Knative give to what they make of a service: revisions, ReplicaSets, pods. */
const MADE = /^-[a-z0-9]+(-[a-z0-9]+)*$/;

/** Whether an event's object is the service or was made for it: `web`, `web-5d9f7c4b8-x2x7q`, `web-00001`; `web-shop` is a neighbour. */
export function belongsTo(object: string, service: string): boolean {
  if (object === service) return true;
  if (!object.startsWith(service)) return false;
  const rest = object.slice(service.length);
  // What is made carries a number or a hash: a word alone is another service's name.
  return MADE.test(rest) && /\d/.test(rest);
}
