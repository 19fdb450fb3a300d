import { TidegateError } from '@tidegate/kernel';
import { parseAllDocuments } from 'yaml';
import { codes } from '../errors.js';

/** What the API takes at once, with room for what is around it. */
export const MOST_OBJECTS = 50;
export const MOST_BYTES = 200 * 1024;

/**
 * Manifests as calls of at most MOST_OBJECTS documents and MOST_BYTES, in their order; comments stay with their document. Throws CLI_MANIFEST for YAML that
 * cannot be read, with the line, and for one object that is too large by itself.
 */
export function splitYaml(text: string, file: string): string[] {
  const documents = parseAllDocuments(text);
  const calls: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (open.length > 0) calls.push(open.join('---\n'));
    [open, bytes] = [[], 0];
  };
  if (!Array.isArray(documents)) return [];
  for (const document of documents) {
    const [problem] = document.errors;
    if (problem) throw new TidegateError(codes.CLI_MANIFEST, `${file} is not YAML: ${problem.message}`, { remedy: 'Nothing of it was applied.' });
    if (document.contents === null || document.toJS() === null) continue;
    const one = document.toString({ directives: false });
    const size = Buffer.byteLength(JSON.stringify(one));
    if (size > MOST_BYTES) throw new TidegateError(codes.CLI_MANIFEST, `An object in ${file} is larger than ${MOST_BYTES / 1024} KiB.`, { remedy: 'Apply it with kubectl and a kubeconfig of yours (tidegate kubeconfig --own).' });
    if (open.length === MOST_OBJECTS || bytes + size > MOST_BYTES) close();
    open.push(one);
    bytes += size;
  }
  close();
  return calls;
}
