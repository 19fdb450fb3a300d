/** What a container's `image` says: a repository with a tag or a digest. */
export interface ImageReference {
  repository: string;
  tag?: string;
  digest?: string;
}

/** Docker's short forms mean the same here as anywhere: `shop/reviews` is `docker.io/shop/reviews:latest`. */
export function parseImageReference(text: string): ImageReference {
  const [before = '', digest] = text.split('@');
  const colon = before.lastIndexOf(':');
  const hasTag = colon > before.lastIndexOf('/');
  let repository = hasTag ? before.slice(0, colon) : before;
  for (const implied of ['docker.io/library/', 'docker.io/', 'index.docker.io/']) {
    if (repository.startsWith(implied)) repository = repository.slice(implied.length);
  }
  if (digest !== undefined) return { repository, digest };
  return { repository, tag: hasTag ? before.slice(colon + 1) : 'latest' };
}
