const TAG = /^[A-Za-z0-9_.-]{1,128}$/;
const REPOSITORY = /^[a-z0-9_./-]{2,255}$/;
const SHA256 = /^sha256:[0-9a-f]{64}$/;
/** A host with an optional port, as a URL's authority. */
const REGISTRY = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9!$&'()*+,;=<>"_.~-]*)(:\d*)?$/;

/** Whether an image reference can be understood: `[registry/]repository[:tag]` or `…@sha256:…`, as registries' clients read it. */
export function isImageReference(text: string): boolean {
  return isTagged(text) || isDigested(text);
}

function isTagged(text: string): boolean {
  const colon = text.lastIndexOf(':');
  const tag = text.slice(colon + 1);
  // What follows the last colon is a registry's port when a slash comes after it.
  if (colon < 0 || tag.includes('/')) return isRepository(text);
  return (tag === '' || TAG.test(tag)) && isRepository(text.slice(0, colon));
}

function isDigested(text: string): boolean {
  const [name = '', digest = '', ...more] = text.split('@');
  if (more.length > 0 || !SHA256.test(digest)) return false;
  return isTagged(name) || isRepository(name);
}

function isRepository(text: string): boolean {
  const slash = text.indexOf('/');
  const first = text.slice(0, slash);
  const hasRegistry = slash >= 0 && /[.:]/.test(first);
  return REPOSITORY.test(hasRegistry ? text.slice(slash + 1) : text) && (!hasRegistry || REGISTRY.test(first));
}
