import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../src/helm.js';

export const helm = findHelm();
const chart = path.resolve(import.meta.dirname, '../../../charts/tidegate');

export interface Rendered {
  kind: string;
  metadata: { name: string; namespace?: string; annotations?: Record<string, string> };
  data?: Record<string, string>;
  [field: string]: unknown;
}

/** What `helm template` makes, sorted by kind and name: Helm's versions order and space it differently. */
export function render(...set: string[]): Rendered[] {
  const options = set.flatMap((option) => ['--set', option]);
  const text = execFileSync(
    helm ?? 'helm',
    ['template', 'tidegate', chart, '--namespace', 'tidegate-system', '--kube-version', '1.31.0', ...options],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 16 * 1024 * 1024,
    },
  );
  const objects = parseAllDocuments(text).flatMap((document) => (document.contents === null ? [] : [document.toJS() as Rendered]));
  const key = ({ kind, metadata }: Rendered): string => `${kind} ${metadata.name}`;
  return objects.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
