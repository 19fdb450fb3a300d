import { ApiInstance } from './api-instance.js';
import { ApiLoad } from './api-load.js';
import { startPostgres } from './bench-postgres.js';
import { printTable, quantile } from './judge-table.js';
import { printLoad, printMachine } from './machine.js';
import { until } from './platform-instance.js';

/**
 * `node dist/api-people.js [SECONDS] [LOGINS/S]`: a hundred people who look at their projects, and how many of their rights are answered from memory; then people who sign
 * in with passwords, and what it does to a query of somebody else.
 */
const [seconds, perSecond] = [Number(process.argv[2] ?? 10), Number(process.argv[3] ?? 50)];
const PEOPLE = 100;
const PROJECTS = 10;
const SERVICES = 200;
const SIGNING_IN = 100;
const PASSWORD = 'a long phrase for a bench';

printMachine('api-people');
const postgres = await startPostgres();
const instance = await ApiInstance.start({ database: postgres.address });
const owner = new ApiLoad({ url: instance.url, connect: {}, headers: { authorization: `Bearer ${instance.token}` } });
const rbac = '/apis/rbac.authorization.k8s.io/v1';
try {
  await until('sign-in is ready', 60_000, async () => ((JSON.parse((await owner.call(0, 'GET', '/auth/state')).text) as { ready: boolean }).ready ? true : undefined));
  await instance.fill(SERVICES);
  await instance.untilServices(owner, SERVICES);
  const tokens = await makePeople();
  await rightsFromMemory(tokens);
  await signIns();
  printLoad('at the end');
} finally {
  await owner.close();
  await instance.end();
  await postgres.end();
}

async function owned(query: string): Promise<Record<string, { secret: string }>> {
  return (await instance.ask(owner, 0, query)).data as Record<string, { secret: string }>;
}

/** Each may see the project `bench` and one of ten others; with a token. */
async function makePeople(): Promise<string[]> {
  for (let n = 0; n < PROJECTS; n++) await instance.kubernetes.must(0, 'POST', '/api/v1/namespaces', { metadata: { name: `p${n}` } });
  const subject = (n: number) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `tidegate:m${n}` });
  const binding = (name: string, subjects: object[]) => ({ metadata: { name }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' }, subjects });
  const all = Array.from({ length: PEOPLE }, (_, n) => n);
  await instance.kubernetes.must(0, 'POST', `${rbac}/namespaces/bench/rolebindings`, binding('all', all.map(subject)));
  for (let p = 0; p < PROJECTS; p++) await instance.kubernetes.must(0, 'POST', `${rbac}/namespaces/p${p}/rolebindings`, binding('some', all.filter((n) => n % PROJECTS === p).map(subject)));
  const made: string[] = [];
  for (const n of all) {
    await owned(`mutation { createAccount(input: { name: "m${n}", kind: MACHINE }) { name } }`);
    const { createToken } = await owned(`mutation { createToken(input: { name: "t", scopes: [READ], account: "m${n}" }) { secret } }`);
    made.push(createToken?.secret ?? '');
  }
  return made;
}

async function rightsFromMemory(tokens: readonly string[]): Promise<void> {
  const loads = tokens.map((token) => new ApiLoad({ url: instance.url, connect: {}, headers: { authorization: `Bearer ${token}` } }));
  const pages = ['{ services(first: 50) { edges { node { name state } } } }', '{ projects { edges { node { name } } } }', '{ releases { name } }', '{ pods(filter: { namespace: "bench" }, first: 20) { totalCount } }', '{ workspaces { totalCount } }'];
  const before = await instance.reviews();
  const tookMs: number[] = [];
  const end = performance.now() + seconds * 1000;
  // Each opens a page about every second.
  await Promise.all(
    loads.map(async (load, n) => {
      for (let i = n; performance.now() < end; i++) {
        const began = performance.now();
        await instance.ask(load, 0, pages[i % pages.length] ?? '');
        tookMs.push(performance.now() - began);
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1000 - (performance.now() - began))));
      }
    }),
  );
  const after = await instance.reviews();
  const [asked, remembered] = [after.asked - before.asked, after.remembered - before.remembered];
  const hit = remembered / Math.max(1, asked + remembered);
  printTable(`${PEOPLE} people, ${SERVICES} services, ${PROJECTS + 1} projects, ${seconds} s from an empty memory`, ['queries', 'p50 ms', 'p95 ms', 'rights asked', 'from memory', 'share from memory'], [[tookMs.length, quantile(tookMs, 0.5).toFixed(0), quantile(tookMs, 0.95).toFixed(0), asked, remembered, `${(hit * 100).toFixed(1)} %`].map(String)]);
  await Promise.all(loads.map((load) => load.close()));
}

async function signIns(): Promise<void> {
  for (let n = 0; n < SIGNING_IN; n++) await owned(`mutation { createAccount(input: { name: "u${n}", password: "${PASSWORD}" }) { name } }`);
  const query = () => instance.ask(owner, 0, '{ services(first: 50) { edges { node { name state } } } }');
  const alone = await owner.rate(1, seconds, query);
  const answers = new Map<string, number>();
  const tookMs: number[] = [];
  // From an address each: many from one are taken for somebody who guesses.
  const people = Array.from({ length: SIGNING_IN }, (_, p) => new ApiLoad({ url: instance.url, connect: {}, headers: { 'x-forwarded-for': `10.0.0.${p}` } }));
  const open = new Set<Promise<void>>();
  const signIn = async (client: number) => {
    const p = client % SIGNING_IN;
    return (await people[p]?.call(Math.floor(client / SIGNING_IN), 'POST', '/auth/login', { account: `u${p}`, password: PASSWORD })) ?? { status: 0, text: '{}' };
  };
  let n = 0;
  const timer = setInterval(() => {
    const client = n++;
    const began = performance.now();
    const one = signIn(client).then(({ status, text }) => {
      const said = status === 200 ? 'signed in' : ((JSON.parse(text) as { errors?: { extensions: { code: string } }[] }).errors?.[0]?.extensions.code ?? String(status));
      answers.set(said, (answers.get(said) ?? 0) + 1);
      if (status === 200) tookMs.push(performance.now() - began);
    });
    open.add(one);
    void one.finally(() => open.delete(one));
  }, 1000 / perSecond);
  const beside = await owner.rate(1, seconds, query);
  clearInterval(timer);
  await Promise.all(open);
  await Promise.all(people.map((p) => p.close()));
  const told = [...answers].map(([what, count]) => `${count} ${what}`).join(', ');
  printTable(`${perSecond} sign-ins/s wanted, ${seconds} s: ${told}`, ['query of somebody else', 'p50 ms', 'p95 ms', 'p99 ms'], [
    ['alone', alone.p50.toFixed(1), alone.p95.toFixed(1), alone.p99.toFixed(1)],
    ['beside sign-ins', beside.p50.toFixed(1), beside.p95.toFixed(1), beside.p99.toFixed(1)],
    ['the sign-ins themselves', quantile(tookMs, 0.5).toFixed(0), quantile(tookMs, 0.95).toFixed(0), quantile(tookMs, 0.99).toFixed(0)],
  ]);
}
