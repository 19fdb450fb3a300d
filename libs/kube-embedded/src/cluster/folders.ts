import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Where the embedded cluster keeps its things inside the data folder of an instance. */
export interface ClusterFolders {
  data: string;
  /** 0700 */
  private: string;
  store: string;
  pki: string;
  processes: string;
  /** 0755, for the pods' users. */
  images: string;
  runtimes: string;
  pods: string;
  /** Of claims. */
  claims: string;
  /** 0700 */
  podLogs: string;
}

export function clusterFolders(dataDir: string): ClusterFolders {
  const data = path.resolve(dataDir);
  const inside = (...parts: string[]): string => path.join(data, ...parts);
  return {
    data,
    private: inside('private'),
    store: inside('private', 'store'),
    pki: inside('private', 'pki'),
    processes: inside('private', 'processes'),
    images: inside('public', 'images'),
    runtimes: inside('public', 'runtimes'),
    pods: inside('public', 'pods'),
    claims: inside('public', 'claims'),
    podLogs: inside('logs', 'pods'),
  };
}

export function makeFolders(folders: ClusterFolders): void {
  mkdirSync(folders.data, { recursive: true, mode: 0o755 });
  for (const dir of [folders.private, folders.processes, path.dirname(folders.podLogs), folders.podLogs])
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  for (const dir of [path.dirname(folders.images), folders.images, folders.runtimes, folders.pods, folders.claims])
    mkdirSync(dir, { recursive: true, mode: 0o755 });
}

/** The random id that marks every process of this instance; made once. */
export function instanceId(folders: ClusterFolders): string {
  const file = path.join(folders.private, 'instance-id');
  if (!existsSync(file)) writeFileSync(file, `${randomUUID()}\n`, { mode: 0o600 });
  return readFileSync(file, 'utf8').trim();
}
