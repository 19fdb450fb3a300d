/**
 * Who of the members owns a key: the one whose hash together with the key is the largest (rendezvous hashing, Thaler and Ravishankar 1998).
 * Everybody with the same members finds the same owner, keys spread evenly, and when a member comes or goes only its own keys move. Undefined
 * without members.
 */
export function ownerOf(key: string, members: readonly string[]): string | undefined {
  let owner: string | undefined;
  let best = -1;
  for (const member of members) {
    const weight = hash(`${member}\n${key}`);
    // Equal hashes are decided by name, so that the order of the members says nothing.
    if (weight > best || (weight === best && owner !== undefined && member < owner)) {
      best = weight;
      owner = member;
    }
  }
  return owner;
}

/** FNV-1a over UTF-16 units, stirred once more (MurmurHash3's finalizer): names that differ in one character end far apart. 32 bits, unsigned. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
