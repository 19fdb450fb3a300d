import { parseArgs } from 'node:util';
import { TidegateError } from '@tidegate/kernel';
import { codes } from '../errors.js';
import { defaultDataFolder, type InstancePaths, instancePaths } from '../instance/paths.js';

export const HELP = `Tidegate: deliver, serve, run and connect services on Kubernetes.

  tidegate up [--detach] [--empty] [--port N]   start the platform on this machine, with the sample unless --empty
  tidegate up --pod-network namespace           as root: a network namespace for each pod
  tidegate up --audit-log                       each request to the Kubernetes API, in logs/kubernetes-audit.jsonl
  tidegate up --api-only [--detach]             the Kubernetes API alone: no controllers, no node, nothing in it
  tidegate down                                 stop it; its data stays
  tidegate status [--json]                      what runs, and where
  tidegate logs [PART] [--follow]               logs of the platform's parts
  tidegate kubeconfig                           print the path of an administrator's kubeconfig (kubectl, helm, kn)
  tidegate doctor                               check this machine and the running platform

  tidegate login [URL] | logout | whoami        be somebody, here or on another platform (without it: the owner of this one)
  tidegate context list | use | remove          where you are signed in
  tidegate workspace | member | project         teams, who belongs to them, and their namespaces
  tidegate app                                  applications: what belongs together, with one status
  tidegate account | token                      people, machines, and their tokens
  tidegate apply -f FILE [--dry-run]            manifests, with your own rights
  tidegate audit [-w WORKSPACE] [--since 24h]   who did what
  tidegate kubeconfig --own                     a kubeconfig with your own rights

  tidegate demo release                         three releases of the sample under load: good, erroring, slow
  tidegate demo serving                         Knative services to zero, cold calls, a burst, two revisions, back
  tidegate demo tenancy                         two workspaces, four people: GraphQL and kubectl give the same answers
           [--kubeconfig FILE] [--context NAME] in a cluster into which the chart was installed
  tidegate release ...                          list, status, start, promote, pause, resume, abort, rollback, replay
  tidegate image build DIR [--tag NAME:TAG]     make an image for process pods
  tidegate image list                           images of this instance

  tidegate backup FILE                          people and history of this instance, in one file
  tidegate restore FILE                         bring them back, into an instance without people

  tidegate test [--help]                        the whole test suite

  --data DIR selects the instance for every command (default: $TIDEGATE_DATA, else your data folder).`;

/** What every command gets: the instance, its own words, and where to print. */
export interface CommandContext {
  paths: InstancePaths;
  uid: number;
  argv: string[];
  /** With --data: it is this instance that is meant, wherever somebody is signed in. */
  dataIsChosen: boolean;
  out(line: string): void;
}

type Command = (context: CommandContext) => Promise<number>;

const commands: Record<string, () => Promise<Command>> = {
  up: async () => (await import('./up.js')).up,
  supervise: async () => (await import('./up.js')).supervise,
  down: async () => (await import('./down.js')).down,
  status: async () => (await import('./status.js')).status,
  logs: async () => (await import('./logs.js')).logs,
  kubeconfig: async () => (await import('./kubeconfig.js')).kubeconfig,
  doctor: async () => (await import('./doctor.js')).doctor,
  demo: async () => (await import('../demo/demo.js')).demo,
  release: async () => (await import('./release.js')).release,
  image: async () => (await import('./image.js')).image,
  backup: async () => (await import('../backup/backup-command.js')).backupCommand,
  login: async () => (await import('../client/login-command.js')).login,
  logout: async () => (await import('../client/login-command.js')).logout,
  whoami: async () => (await import('../client/whoami-command.js')).whoamiCommand,
  context: async () => (await import('../client/context-command.js')).contextCommand,
  workspace: async () => (await import('../client/workspace-command.js')).workspaceCommand,
  member: async () => (await import('../client/workspace-command.js')).memberCommand,
  project: async () => (await import('../client/project-command.js')).projectCommand,
  app: async () => (await import('../client/app-command.js')).appCommand,
  account: async () => (await import('../client/account-command.js')).accountCommand,
  token: async () => (await import('../client/token-command.js')).tokenCommand,
  apply: async () => (await import('../client/apply-command.js')).applyCommand,
  audit: async () => (await import('../client/audit-command.js')).auditCommand,
  restore: async () => (await import('../backup/backup-command.js')).restoreCommand,
};

export function usage(message: string): TidegateError {
  return new TidegateError(codes.CLI_USAGE, message, { remedy: 'See "tidegate help".' });
}

/** Exit status: 0 done, 1 failed, 2 misused. Takes --data out of the words before the command reads its own. */
export async function runCommand(words: string[]): Promise<number> {
  const { data, rest } = takeDataOption(words);
  const [name = 'help', ...argv] = rest;
  if (['help', '--help', '-h'].includes(name)) {
    console.log(HELP);
    return 0;
  }
  const load = commands[name];
  if (!load) {
    console.error(`tidegate: there is no command "${name}".\n\n${HELP}`);
    return 2;
  }
  const uid = process.getuid?.() ?? -1;
  const paths = instancePaths(data ?? defaultDataFolder(process.env, uid), uid);
  try {
    return await (
      await load()
    )({ paths, uid, argv, dataIsChosen: data !== undefined, out: (line) => console.log(line) });
  } catch (error) {
    if (!(error instanceof TidegateError && error.code === codes.CLI_USAGE)) throw error;
    console.error(`tidegate ${name}: ${error.message}\n  ${error.remedy ?? ''}`);
    return 2;
  }
}

function takeDataOption(words: string[]): { data: string | undefined; rest: string[] } {
  const rest: string[] = [];
  let data: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--data') {
      data = words[++i];
      if (!data) throw usage('--data needs a folder.');
    } else if (word.startsWith('--data=')) data = word.slice('--data='.length);
    else rest.push(word);
  }
  return { data, rest };
}

/** parseArgs with a sentence instead of a stack. */
export function readOptions<const T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(argv: string[], options: T) {
  try {
    return parseArgs({ args: argv, options, allowPositionals: true, strict: true });
  } catch (error) {
    throw usage((error as Error).message);
  }
}
