import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where an instance keeps its things. Everything but `run` lies in the data folder. */
export interface InstancePaths {
  data: string;
  /** 0700: store, certificates, kubeconfigs, process configurations. */
  private: string;
  /** Readable by the pods' users: runtimes, code layers. */
  public: string;
  logs: string;
  /** Sockets. A unix socket's path must stay below 108 bytes, so a long data folder gets a short folder in /tmp. */
  run: string;
  /** What a command needs to know about a running or stopped instance. */
  record: string;
  adminKubeconfig: string;
  /** Of the embedded PostgreSQL; the folder of its socket belongs to the server's user. */
  database: { data: string; socket: string; passwordFile: string };
}

const LONGEST_SOCKET_NAME = '/supervisor.sock'.length;
const SOCKET_PATH_LIMIT = 100;
const POSTGRES_SOCKET_NAME = '/.s.PGSQL.5432'.length;

/** The default folder belongs to the user; root's lies where the pods' own users may reach the public half. */
export function defaultDataFolder(env: NodeJS.ProcessEnv, uid: number): string {
  if (env['TIDEGATE_DATA']) return path.resolve(env['TIDEGATE_DATA']);
  return uid === 0 ? '/var/lib/tidegate' : path.join(env['HOME'] ?? homedir(), '.local', 'share', 'tidegate');
}

export function instancePaths(dataFolder: string, uid: number): InstancePaths {
  const data = path.resolve(dataFolder);
  const hash = createHash('sha256').update(data).digest('hex').slice(0, 10);
  const fitting = (inside: string, longestName: number, short: string): string =>
    Buffer.byteLength(inside) + longestName <= SOCKET_PATH_LIMIT ? inside : path.join('/tmp', short);
  return {
    data,
    private: path.join(data, 'private'),
    public: path.join(data, 'public'),
    logs: path.join(data, 'logs'),
    run: fitting(path.join(data, 'run'), LONGEST_SOCKET_NAME, `tidegate-${uid}-${hash}`),
    record: path.join(data, 'instance.json'),
    adminKubeconfig: path.join(data, 'private', 'admin.kubeconfig'),
    database: {
      data: path.join(data, 'database'),
      socket: fitting(path.join(data, 'database-run'), POSTGRES_SOCKET_NAME, `tidegate-${uid}-${hash}-database`),
      passwordFile: path.join(data, 'private', 'database-password'),
    },
  };
}

export function socketPath(paths: InstancePaths, name: string): string {
  return path.join(paths.run, `${name}.sock`);
}
