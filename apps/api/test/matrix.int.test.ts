import { readFileSync } from 'node:fs';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { type GraphQLField, type GraphQLInputType, buildSchema, getNamedType, isEnumType, isInputObjectType, isLeafType, isListType, isNonNullType } from 'graphql';
import { type As, signedIn, tokenOf } from './people-on-stage.js';
import { startPostgres } from './postgres.js';
import { Stage } from './stage.js';

const schema = buildSchema(readFileSync(path.resolve(import.meta.dirname, '../schema.graphql'), 'utf8'));
/** What everybody may do with what is his own. Whatever else an outsider is not refused is a hole. */
const OWN = new Set(['createToken', 'createKubeconfig', 'revokeToken', 'endSession']);
/** Of an object that is not there for him either. */
const ID = Buffer.from('Deployment:default/web').toString('base64url');

function valueOf(type: GraphQLInputType, name: string): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, name);
  if (isListType(type)) return [valueOf(type.ofType, name)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) return Object.fromEntries(Object.values(type.getFields()).filter((f) => isNonNullType(f.type)).map((f) => [f.name, valueOf(f.type, f.name)]));
  switch (type.name) {
    case 'Int':
    case 'Float':
      return 1;
    case 'Boolean':
      return true;
    case 'ID':
      return ID;
    default:
      return name === 'yaml' ? 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x, namespace: default }\n' : name === 'apiVersion' ? 'v1' : name === 'kind' ? 'ConfigMap' : 'default';
  }
}

/** A document that calls this field alone, with something for each argument that it needs. */
function documentOf(operation: 'query' | 'mutation', { name, args, type }: GraphQLField<unknown, unknown>): { query: string; variables: Record<string, unknown> } {
  const needed = args.filter((a) => isNonNullType(a.type) && a.defaultValue === undefined);
  const declared = needed.map((a) => `$${a.name}: ${String(a.type)}`).join(', ');
  const given = needed.map((a) => `${a.name}: $${a.name}`).join(', ');
  const selection = isLeafType(getNamedType(type)) ? '' : ' { __typename }';
  return { query: `${operation}${declared && `(${declared})`} { ${name}${given && `(${given})`}${selection} }`, variables: Object.fromEntries(needed.map((a) => [a.name, valueOf(a.type, a.name)])) };
}

const mutations = Object.values(schema.getMutationType()?.getFields() ?? {}).map((f) => ({ name: f.name, ...documentOf('mutation', f) }));
const queries = Object.values(schema.getQueryType()?.getFields() ?? {}).map((f) => ({ name: f.name, ...documentOf('query', f) }));

let stage: Stage;
let postgres: Awaited<ReturnType<typeof startPostgres>>;
let outsider: Record<string, string>;
let reader: Record<string, string>;
let writer: Record<string, string>;
const codeOf = async (query: string, variables: Record<string, unknown>, as: Record<string, string>) => {
  const { errors } = await stage.ask(query, variables, as);
  return errors?.[0]?.extensions?.['code'];
};

beforeAll(async () => {
  postgres = await startPostgres();
  // Each is asked for everything at once.
  stage = await Stage.start({ database: postgres.address, rate: { perSecond: 1_000, burst: 10_000 } });
  await waitFor('sign-in is ready', async () => (JSON.parse((await stage.send('GET', '/auth/state')).text) as { ready: boolean }).ready);
  outsider = await signedIn(stage, 'mallory');
  const bearer = async (scopes: string[]): Promise<As> => ({ authorization: `Bearer ${(await tokenOf(stage, outsider, scopes)).secret}` });
  [reader, writer] = [await bearer(['READ']), await bearer(['WRITE'])];
}, 120_000);

afterAll(async () => {
  await stage.end();
  await postgres.end();
});

describe.each([...mutations, ...queries])('$name', ({ query, variables }) => {
  it('is for nobody who is not signed in', async () => {
    const { status, text } = await stage.send('POST', '/graphql', { 'content-type': 'application/json' }, JSON.stringify({ query, variables }));
    expect({ status, code: (JSON.parse(text) as { errors: { extensions: object }[] }).errors[0]?.extensions }).toEqual({ status: 401, code: { code: 'API_NOT_SIGNED_IN' } });
  });
});

describe.each(mutations)('$name', ({ name, query, variables }) => {
  it('needs a token that may write', async () => {
    expect(await codeOf(query, variables, reader)).toBe('API_SCOPE_MISSING');
  });

  it(OWN.has(name) ? 'is for everybody, with his own' : 'refuses an outsider', async () => {
    if (name === 'applyYaml') {
      // What comes of each object is in the answer.
      const { data } = await stage.ask(query.replace('__typename', 'result'), variables, outsider);
      return expect(data).toEqual({ applyYaml: [{ result: 'REFUSED' }] });
    }
    const code = await codeOf(query, variables, outsider);
    // Some are told what is wrong with the input before anybody asks who they are; nobody is told that it was done.
    if (!OWN.has(name)) expect(code).toMatch(/FORBIDDEN|NOT_FOUND|INPUT_INVALID|KUBE_API|_REFUSED|IMPOSSIBLE/);
    else expect(code ?? 'done').not.toMatch(/INTERNAL/);
  });
});

describe.each(queries)('$name', ({ query, variables }) => {
  it('needs a token that may read', async () => {
    expect(await codeOf(query, variables, writer)).toBe('API_SCOPE_MISSING');
  });

  it('fails for no reason of its own', async () => {
    expect((await codeOf(query, variables, outsider)) ?? 'answered').not.toMatch(/INTERNAL|REQUEST_INVALID/);
  });
});
