import { readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { buildSchema } from 'graphql';
import { type Client, createClient } from 'graphql-ws';
import { Instance } from './instance.js';
import { CALLS, type Call, KNATIVE_PROJECT, LEVELS, type Level, PROJECT, WORKSPACE, found, ofOthers } from './matrix-calls.js';

type Headers = Record<string, string>;
interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; extensions?: { code?: string } }[];
}

const FIRST = 'hand-this-over-once-1';
const OWN = 'nobody-else-knows-this-2';
const PEOPLE: Record<Exclude<Level, 'anonymous'>, string> = { outsider: 'mallory', viewer: 'vera', operator: 'oscar', projectAdmin: 'paula', workspaceAdmin: 'wanda', platformAdmin: 'rita' };
/** What a refusal may be called. Anything else, such as a wrong input, is a fault of the row. */
const REFUSALS = /^(API_FORBIDDEN|API_NOT_FOUND|API_RELEASE_NOT_FOUND|ID_NOT_FOUND|API_NOT_SIGNED_IN)$/;
const SUBSCRIPTION_MS = 10_000;
const FOLLOWS_MS = 10_000;

/** Every field of the schema against seven kinds of people, on a real instance. */
describe('who may do what', () => {
  const instance = new Instance();
  const headersOf: Partial<Record<Level, Headers>> = { anonymous: {} };
  const sockets: Client[] = [];
  let origin = '';
  let owner: Headers = {};
  let traffic: NodeJS.Timeout | undefined;

  const post = (at: string, body: object, as: Headers = {}) => fetch(origin + at, { method: 'POST', headers: { 'content-type': 'application/json', ...as }, body: JSON.stringify(body) });
  const ask = async (query: string, variables: object, as: Headers): Promise<Answer> => (await (await post('/graphql', { query, variables }, as)).json()) as Answer;
  async function must<T>(query: string, variables: object = {}, as: Headers = owner): Promise<T> {
    const { data, errors } = await ask(query, variables, as);
    expect({ query, errors }).toEqual({ query, errors: undefined });
    return data as T;
  }
  const apply = (yaml: string, as: Headers = owner) => must<{ applyYaml: { result: string; because: string | null }[] }>('mutation($yaml: String!) { applyYaml(input: { yaml: $yaml }) { result because } }', { yaml }, as);
  const cookieOf = async (name: string, password: string) => ({ cookie: (await post('/auth/login', { account: name, password })).headers.getSetCookie()[0]?.split(';')[0] ?? '' });

  async function comeIn(name: string, groups: string[]): Promise<Headers> {
    await must('mutation($input: CreateAccountInput!) { createAccount(input: $input) { name } }', { input: { name, groups, password: FIRST } });
    await post('/auth/password', { present: FIRST, next: OWN }, await cookieOf(name, FIRST));
    return cookieOf(name, OWN);
  }
  const bind = (namespace: string, name: string, role: string): string =>
    `apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: matrix-${name}, namespace: ${namespace} }\nroleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "tidegate:project:${role}" }\nsubjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: "tidegate:${name}" }]\n`;

  async function findNames(): Promise<void> {
    const edges = <T>(answer: Record<string, { edges: { node: T }[] }>) => Object.values(answer)[0]?.edges.map((e) => e.node) ?? [];
    const pods = edges(await must<Record<string, { edges: { node: { name: string } }[] }>>(`{ pods(filter: { namespace: "${PROJECT}" }) { edges { node { name } } } }`)).map((p) => p.name);
    found.pod = pods.find((p) => p.startsWith('details')) ?? '';
    // Each level has a pod of its own to delete.
    await apply(LEVELS.map((level) => `apiVersion: v1\nkind: Pod\nmetadata: { name: matrix-${level.toLowerCase()}, namespace: ${PROJECT} }\nspec: { schedulerName: none, containers: [{ name: c, image: tidegate.dev/none }] }\n`).join('---\n'));
    for (const level of LEVELS) ofOthers.pods[level] = Buffer.from(`Pod:${PROJECT}/matrix-${level.toLowerCase()}`).toString('base64url');
    type Revisions = { service: { revisions: { name: string }[] } };
    const revisionsOf = async (id: string) => (await must<Revisions>('query($id: ID!) { service(id: $id) { revisions { name } } }', { id: Buffer.from(id).toString('base64url') })).service.revisions;
    await must('mutation($id: ID!) { restartService(id: $id) { name } }', { id: Buffer.from(`Deployment:${PROJECT}/ratings-v1`).toString('base64url') });
    found.revision = (await waitFor('an older revision', async () => (await revisionsOf(`Deployment:${PROJECT}/ratings-v1`))[1])).name;
    found.knativeRevision = (await waitFor('a revision of Knative', async () => (await revisionsOf(`KnativeService:${KNATIVE_PROJECT}/hello`))[0], 60_000)).name;
    found.release = await waitFor('a release', async () => (await must<{ releases: { name: string }[] }>(`{ releases(namespace: "${PROJECT}") { name } }`)).releases[0]?.name, 60_000);
  }

  /** Something of other people for each level: tokens, sessions, projects. */
  async function makeOthers(): Promise<void> {
    const other = await comeIn('other', []);
    for (const level of LEVELS) {
      const { createToken } = await must<{ createToken: { token: { id: string } } }>('mutation { createToken(input: { name: "t", scopes: [READ] }) { token { id } } }', {}, other);
      ofOthers.tokens[level] = createToken.token.id;
      const name = `e-${level.toLowerCase()}`;
      ofOthers.projects[level] = name;
      await must('mutation($input: CreateProjectInput!) { createProject(input: $input) { name } }', { input: { name, workspace: WORKSPACE } });
      await apply(bind(name, PEOPLE.projectAdmin, 'admin'));
    }
    const { sessions } = await must<{ sessions: { id: string }[] }>('{ sessions { id } }', {}, other);
    for (const level of LEVELS) ofOthers.sessions[level] = sessions[0]?.id ?? '';
  }

  beforeAll(async () => {
    origin = new URL(/Console +(http:\/\/\S+)/.exec((await instance.run('up', '--detach')).out)?.[1] ?? '').origin;
    owner = { authorization: `Bearer ${readFileSync(path.join(instance.data, 'private', 'console-token'), 'utf8').trim()}` };
    await waitFor('sign-in is ready', async () => ((await (await fetch(`${origin}/auth/state`)).json()) as { ready: boolean }).ready, 60_000);
    for (const [level, name] of Object.entries(PEOPLE)) headersOf[level as Level] = await comeIn(name, level === 'platformAdmin' ? ['administrators'] : []);
    const wanda = headersOf.workspaceAdmin ?? {};
    await must('mutation($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { name } }', { input: { name: WORKSPACE, administrators: ['wanda'] } });
    await waitFor('the sample of Knative', async () => (await must<{ service: object | null }>('query($id: ID!) { service(id: $id) { name } }', { id: Buffer.from(`KnativeService:${KNATIVE_PROJECT}/hello`).toString('base64url') })).service, 60_000);
    for (const name of [PROJECT, KNATIVE_PROJECT]) await must('mutation($name: String!) { moveProject(name: $name, workspace: "matrix") { name } }', { name });
    await waitFor('wanda administers the workspace', async () => (await ask('mutation { updateWorkspace(input: { name: "matrix", description: "x" }) { name } }', {}, wanda)).errors === undefined);
    for (const [name, role] of [['vera', 'viewer'], ['oscar', 'regular'], ['paula', 'regular']]) await must('mutation($input: SetMemberInput!) { setWorkspaceMember(input: $input) { name } }', { input: { workspace: WORKSPACE, kind: 'USER', name, role } }, wanda);
    // Who administers the workspace gives roles in its projects, and none that is not his to give.
    const given = await waitFor('wanda gives roles in the projects', async () => {
      const { applyYaml } = await apply([PROJECT, KNATIVE_PROJECT].flatMap((p) => [bind(p, 'oscar', 'operator'), bind(p, 'paula', 'admin')]).join('---\n'), wanda);
      return applyYaml.every((a) => a.result !== 'REFUSED') && applyYaml;
    });
    expect(given).toHaveLength(4);
    await apply(`apiVersion: v1\nkind: Secret\nmetadata: { name: matrix, namespace: ${PROJECT} }\nstringData: { a: b }\n`);
    await apply(
      `apiVersion: delivery.tidegate.dev/v1alpha1\nkind: Strategy\nmetadata: { name: matrix, namespace: ${PROJECT} }\nspec:\n  service: reviews\n  principal: v1\n  candidate: v9\n  candidatePatch: { env: [{ name: VERSION, value: v9 }] }\n  steps: [{ weight: 5, gate: Manual }]\n`,
    );
    await apply(`apiVersion: app.k8s.io/v1beta1\nkind: Application\nmetadata: { name: matrix, namespace: ${PROJECT} }\nspec: { selector: { matchLabels: { app: details } }, componentKinds: [{ group: apps, kind: Deployment }] }\n`);
    await findNames();
    await makeOthers();
    // Seconds of signals close only where something is asked.
    const gateway = /Gateway +(http:\/\/\S+) +\(bookinfo\/bookinfo\)/.exec((await instance.run('status')).out)?.[1] ?? '';
    traffic = setInterval(() => void fetch(`${gateway}/details/0`).catch(() => undefined), 200);
  }, 300_000);

  afterAll(async () => {
    clearInterval(traffic);
    await Promise.all(sockets.map((s) => s.dispose()));
    await instance.end();
  });

  it('has a row for every field of the schema', () => {
    const schema = buildSchema(readFileSync(path.resolve(import.meta.dirname, '../../api/schema.graphql'), 'utf8'));
    const types = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() };
    const all = Object.entries(types).flatMap(([operation, type]) => Object.keys(type?.getFields() ?? {}).map((field) => `${operation} ${field}`));
    const rows = CALLS.map((c) => `${c.operation} ${c.field}`);
    expect({ uncovered: all.filter((f) => !rows.includes(f)), unknown: rows.filter((r) => !all.includes(r)), twice: rows.filter((r, i) => rows.indexOf(r) !== i) }).toEqual({ uncovered: [], unknown: [], twice: [] });
  });

  async function first(call: Call, variables: Record<string, unknown>, headers: Headers): Promise<Answer> {
    class WithHeaders extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, { protocols: [protocols], headers } as never);
      }
    }
    const client = createClient({ url: `${origin.replace('http', 'ws')}/graphql`, webSocketImpl: WithHeaders, retryAttempts: 0 });
    sockets.push(client);
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve({ errors: [{ message: 'nothing came', extensions: { code: 'NOTHING_CAME' } }] }), SUBSCRIPTION_MS);
      const done = (answer: Answer): void => {
        clearTimeout(late);
        resolve(answer);
        void client.dispose();
      };
      client.subscribe({ query: call.document, variables }, {
        next: (answer) => done(answer as Answer),
        // Nobody who is not signed in gets a socket at all.
        error: (error) => done({ errors: Array.isArray(error) ? (error as NonNullable<Answer['errors']>) : [{ message: 'closed', extensions: { code: 'API_NOT_SIGNED_IN' } }] }),
        complete: () => undefined,
      });
    });
  }

  async function outcomeOf(call: Call, level: Level): Promise<string> {
    const headers = headersOf[level] ?? {};
    const variables = call.variables?.(level) ?? {};
    const { data, errors } = call.operation === 'subscription' ? await first(call, variables, headers) : await ask(call.document, variables, headers);
    const [problem] = errors ?? [];
    if (problem) {
      const code = problem.extensions?.code ?? '';
      const isRefusal = REFUSALS.test(code) || (code === 'KUBE_API_REFUSED' && /forbidden|denied the request/i.test(problem.message));
      return isRefusal ? 'denied' : `${code}: ${problem.message}`;
    }
    const value = data?.[call.field];
    return value === null || value === undefined || (call.sees && !call.sees(value as never)) ? 'denied' : 'allowed';
  }

  it.each(CALLS.map((call) => ({ name: `${call.operation} ${call.field}`, call })))('$name', async ({ call }) => {
    const wanted: Record<string, string> = {};
    const seen: Record<string, string> = {};
    // The most powerful last: what they do may be done once only.
    for (const level of LEVELS) {
      wanted[level] = call.least !== 'nobody' && LEVELS.indexOf(level) >= LEVELS.indexOf(call.least) ? 'allowed' : 'denied';
      if (call.before) await must(call.before.document, call.before.variables(level));
      seen[level] = await outcomeOf(call, level);
      // Rights in what was made a moment ago, and the state of a release, follow within seconds. Who is refused stays refused.
      for (const end = Date.now() + FOLLOWS_MS; wanted[level] === 'allowed' && seen[level] !== 'allowed' && Date.now() < end; ) seen[level] = await outcomeOf(call, level);
    }
    expect(seen).toEqual(wanted);
  });
});
