import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { TidegateError, pause } from '@tidegate/kernel';
import { Connection, throwProblem } from '../../client/connection.js';
import { queries } from '../../client/queries.js';
import { codes } from '../../errors.js';
import { type Attempt, type KubeAs, findKubectl, withClient, withKubectl } from './kube-as.js';
import { PEOPLE, type Person, STEPS, type Step, WORKSPACES } from './steps.js';
import type { SeenStep } from './tenancy-report.js';

export interface TenancyDemoOptions {
  /** As an administrator of the platform. */
  api: Connection;
  say(line: string): void;
  signal: AbortSignal;
}

/** Roles become bindings, and bindings reach every cache. */
const AGREE_LIMIT_MS = 15_000;
const READY_LIMIT_MS = 60_000;
const LOOK_MS = 100;
const SCOPES = ['READ', 'WRITE', 'KUBERNETES'];
const queriesOfDemo = {
  enable: 'mutation($name: String!, $enabled: Boolean!) { setAccountEnabled(name: $name, enabled: $enabled) { name } }',
  ready: 'query($name: String!) { workspace(name: $name) { ready projects } }',
};

interface AtWork {
  api: Connection;
  kubectl: KubeAs;
}

/** Two workspaces and four people; takes away what it made. Throws CLI_DEMO_NOT_POSSIBLE. */
export async function runTenancyDemo(options: TenancyDemoOptions): Promise<{ steps: SeenStep[]; isKubectl: boolean }> {
  const demo = new TenancyDemo(options);
  try {
    return await demo.run();
  } finally {
    await demo.end();
  }
}

class TenancyDemo {
  private readonly folder = mkdtempSync(path.join(tmpdir(), 'tidegate-demo-'));
  private readonly file = findKubectl(process.env);
  private readonly people = new Map<Person, AtWork>();
  private readonly made: { accounts: string[]; workspaces: string[] } = { accounts: [], workspaces: [] };

  constructor(private readonly options: TenancyDemoOptions) {}

  async run(): Promise<{ steps: SeenStep[]; isKubectl: boolean }> {
    const { say } = this.options;
    await this.refuseLeftovers();
    say('Making two workspaces and four accounts ...');
    for (const who of Object.keys(PEOPLE) as Person[]) this.people.set(who, await this.comeIn(PEOPLE[who]));
    for (const input of WORKSPACES) {
      await this.options.api.ask(queries.createWorkspace, { input });
      this.made.workspaces.push(input.name);
    }
    for (const { name } of WORKSPACES) await this.until(`workspace ${name} is ready`, async () => (await this.stateOf(name))?.ready === true);
    const isKubectl = this.file !== undefined;
    say(`Each step once over GraphQL, and once with ${isKubectl ? 'kubectl' : 'requests as kubectl sends them (there is no kubectl on PATH)'} and the person's own kubeconfig:`);
    const steps: SeenStep[] = [];
    for (const step of STEPS) {
      const seen = await this.take(step);
      steps.push(seen);
      say(`  ${step.who.padEnd(4)} ${step.title}: ${seen.api.result}${seen.api.result === seen.kubectl.result ? ' both ways' : ` over GraphQL, ${seen.kubectl.result} with kubectl`}`);
    }
    return { steps, isKubectl };
  }

  async end(): Promise<void> {
    const { api } = this.options;
    for (const { api: own } of this.people.values()) await own.close();
    rmSync(this.folder, { recursive: true, force: true });
    for (const name of this.made.workspaces) await api.ask(queries.deleteWorkspace, { name, projects: 'CASCADE' });
    // A name is never given again: the accounts stay, and nobody signs in with them.
    for (const name of this.made.accounts) await api.ask(queriesOfDemo.enable, { name, enabled: false });
  }

  private async refuseLeftovers(): Promise<void> {
    for (const { name } of WORKSPACES) {
      if (!(await this.stateOf(name))) continue;
      throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `The workspace ${name} is there already.`, { remedy: `Another demo may be running. If not: tidegate workspace delete ${name} --cascade` });
    }
  }

  private async stateOf(name: string): Promise<{ ready: boolean; projects: string[] } | null> {
    return (await this.options.api.ask<{ workspace: { ready: boolean; projects: string[] } | null }>(queriesOfDemo.ready, { name })).workspace;
  }

  /** An account with a password of its own, a token, and a kubeconfig. */
  private async comeIn(name: string): Promise<AtWork> {
    const { api } = this.options;
    const [first, own] = [randomBytes(18).toString('base64url'), randomBytes(18).toString('base64url')];
    const { accounts } = await api.ask<{ accounts: { nodes: { name: string }[] } }>(queries.accounts, { search: name });
    if (accounts.nodes.some((a) => a.name === name)) {
      await api.ask(queriesOfDemo.enable, { name, enabled: true });
      await api.ask(queries.resetPassword, { name, password: first });
    } else await api.ask(queries.createAccount, { input: { name, password: first, displayName: 'Of the demo of workspaces' } });
    this.made.accounts.push(name);
    const nobody = new Connection(api.url, {}, api.trust);
    const answer = await nobody.send('POST', '/auth/login', { account: name, password: first });
    throwProblem(answer);
    const session = { cookie: answer.cookies.map((c) => c.split(';')[0]).join('; ') };
    throwProblem(await nobody.send('POST', '/auth/password', { present: first, next: own }, session));
    const made = await nobody.send('POST', '/graphql', { query: queries.createToken, variables: { input: { name: 'demo', scopes: SCOPES, days: 1 } } }, session);
    throwProblem(made);
    await nobody.close();
    const { secret } = (made.body as { data: { createToken: { secret: string } } }).data.createToken;
    const asPerson = new Connection(api.url, { authorization: `Bearer ${secret}` }, api.trust);
    const { createKubeconfig } = await asPerson.ask<{ createKubeconfig: { kubeconfig: string } }>(queries.createKubeconfig, { name: 'demo kubectl', days: 1 });
    const kubeconfig = path.join(this.folder, `${name}.kubeconfig`);
    writeFileSync(kubeconfig, createKubeconfig.kubeconfig, { mode: 0o600 });
    return { api: asPerson, kubectl: this.file === undefined ? await withClient(kubeconfig) : withKubectl(this.file, kubeconfig) };
  }

  /** Tries until both ways answer as wanted: what somebody may do follows a change within seconds. */
  private async take(step: Step): Promise<SeenStep> {
    const person = this.people.get(step.who);
    if (!person) throw new Error(`${step.who} is nobody`);
    const began = Date.now();
    let api = await overGraphql(person.api, step);
    let kubectl = await person.kubectl.try(step.kubectl);
    for (;;) {
      const took = Date.now() - began;
      if ((api.result === step.wanted && kubectl.result === step.wanted) || took > AGREE_LIMIT_MS) return { who: step.who, title: step.title, wanted: step.wanted, api, kubectl, ms: took };
      await pause(LOOK_MS, this.options.signal);
      if (api.result !== step.wanted) api = await overGraphql(person.api, step);
      if (kubectl.result !== step.wanted) kubectl = await person.kubectl.try(step.kubectl);
    }
  }

  private async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + READY_LIMIT_MS; !(await holds()); await pause(LOOK_MS, this.options.signal)) {
      if (Date.now() > deadline) throw new TidegateError(codes.CLI_DEMO_NOT_POSSIBLE, `Not in a minute: ${what}.`, { remedy: '"tidegate logs control" may say why.' });
    }
  }
}

const REFUSALS = new Set(['API_FORBIDDEN', 'API_SCOPE_MISSING']);

async function overGraphql(api: Connection, { api: { query, variables, isSeen } }: Step): Promise<Attempt> {
  try {
    const data = await api.ask<never>(query, variables);
    return isSeen && !isSeen(data) ? { result: 'denied', because: 'It is not there for this person.' } : { result: 'allowed' };
  } catch (error) {
    if (!(error instanceof TidegateError)) throw error;
    const isDenied = REFUSALS.has(error.code) || (error.code === 'KUBE_API_REFUSED' && /forbidden|denied the request/i.test(error.message));
    return { result: isDenied ? 'denied' : 'failed', because: error.message };
  }
}
