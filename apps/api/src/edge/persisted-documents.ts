import mercurius from 'mercurius';

/** Documents that clients may name by their hash, the least used goes first. */
const KEPT = 500;
/** Larger ones are run, and not kept: what strangers can fill is at most KEPT times this. */
const LONGEST = 16_384;

/** Automatic persisted queries: a client sends the hash of a document, and the document itself when it is asked to. */
export function persistedDocuments(): mercurius.PersistedQueryProvider {
  const automatic = mercurius.persistedQueryDefaults.automatic(KEPT);
  return {
    ...automatic,
    saveQuery: async (hash, query) => {
      if (query.length <= LONGEST) await automatic.saveQuery?.(hash, query);
    },
  };
}
