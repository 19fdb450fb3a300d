import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { TidegateError } from '@tidegate/kernel';
import { type Kind, type KubeClient, KubeApiError, type KubeObject, connect } from '@tidegate/kube';

/** One thing done with a kubeconfig. */
export type KubeCall =
  | { does: 'create'; kind: Kind; object: KubeObject }
  | { does: 'get' | 'delete'; kind: Kind; name: string; namespace?: string }
  | { does: 'patch'; kind: Kind; name: string; namespace?: string; operations: object[] };

/** What came of an attempt: done, refused because of rights, or gone wrong in another way. */
export type Attempt = { result: 'allowed' } | { result: 'denied' | 'failed'; because: string };

/** A person at the Kubernetes API, with the kubeconfig of his own. */
export interface KubeAs {
  try(call: KubeCall): Promise<Attempt>;
}

const CALL_MS = 30_000;
/** What RBAC and our admission say. */
const IS_REFUSAL = /forbidden|denied the request/i;

/** kubectl, wherever it is: as people have it. Undefined when this machine has none. */
export function findKubectl(env: NodeJS.ProcessEnv): string | undefined {
  if (env['TIDEGATE_KUBECTL']) return env['TIDEGATE_KUBECTL'];
  return (env['PATH'] ?? '')
    .split(path.delimiter)
    .map((folder) => path.join(folder, 'kubectl'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export function withKubectl(kubectl: string, kubeconfig: string): KubeAs {
  return { try: (call) => runKubectl(kubectl, ['--kubeconfig', kubeconfig, ...wordsOf(call)], call.does === 'create' ? JSON.stringify(call.object) : '') };
}

function wordsOf(call: KubeCall): string[] {
  if (call.does === 'create') return ['create', '-o', 'name', '-f', '-'];
  const { kind, name, namespace } = call;
  const of = [...(namespace === undefined ? [] : ['-n', namespace]), kind.group === '' ? kind.plural : `${kind.plural}.${kind.version}.${kind.group}`, name];
  if (call.does === 'patch') return ['patch', '-o', 'name', ...of, '--type=json', '-p', JSON.stringify(call.operations)];
  return call.does === 'get' ? ['get', '-o', 'name', ...of] : ['delete', '-o', 'name', '--wait=false', ...of];
}

function runKubectl(file: string, words: readonly string[], input: string): Promise<Attempt> {
  return new Promise((resolve) => {
    const child = execFile(file, words, { timeout: CALL_MS }, (error, _, complaint) => {
      if (!error) return resolve({ result: 'allowed' });
      const because = (complaint.trim() || error.message).replace(/^(Error from server[^:]*|error): /, '');
      resolve({ result: IS_REFUSAL.test(complaint) ? 'denied' : 'failed', because });
    });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}

/** The same requests without kubectl. */
export async function withClient(kubeconfig: string): Promise<KubeAs> {
  const client = await connect({ kubeconfigPath: kubeconfig });
  return {
    async try(call) {
      try {
        await send(client, call);
        return { result: 'allowed' };
      } catch (error) {
        if (!(error instanceof TidegateError)) throw error;
        return { result: error instanceof KubeApiError && IS_REFUSAL.test(`${error.reason} ${error.message}`) ? 'denied' : 'failed', because: error.message };
      }
    },
  };
}

async function send(client: KubeClient, call: KubeCall): Promise<unknown> {
  if (call.does === 'create') return client.create(call.kind, call.object);
  const { kind, name, namespace } = call;
  if (call.does === 'patch') return client.patch(kind, name, namespace, { type: 'json', body: call.operations });
  if (call.does === 'delete') return client.delete(kind, name, namespace);
  const found = await client.get(kind, name, namespace);
  if (!found) throw new TidegateError('CLI_NOT_FOUND', `There is no ${kind.plural} ${name}.`);
  return found;
}
