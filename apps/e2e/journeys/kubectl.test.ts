import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { waitFor } from '@tidegate/testing';
import { Client, type RunOptions, findClient } from './client.js';
import { Instance } from './instance.js';

const kubectlFile = findClient('kubectl', 'TIDEGATE_KUBECTL');
const journey = kubectlFile ? describe : describe.skip;
const IMAGE = 'tidegate.dev/samples/bookinfo:1.0.0';

journey(kubectlFile ? 'kubectl' : 'kubectl (not on this machine: set TIDEGATE_KUBECTL)', () => {
  const instance = new Instance();
  const folder = mkdtempSync(path.join(tmpdir(), 'tidegate-kubectl-'));
  let kubectl: Client;

  beforeAll(async () => {
    expect((await instance.run('up', '--detach')).code).toBe(0);
    kubectl = new Client(kubectlFile ?? '', ['--kubeconfig', await instance.kubeconfig(), '-n', 'bookinfo']);
    await does('wait', '--for=condition=Available', 'deploy', '--all', '--timeout=60s');
  });
  afterAll(async () => {
    await instance.end();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What it printed; the test fails with kubectl's own words when it did not end with 0. */
  async function does(...words: string[]): Promise<string> {
    return doesWith({}, ...words);
  }
  async function doesWith(options: RunOptions, ...words: string[]): Promise<string> {
    const { code, out, err } = await kubectl.run(words, options);
    expect({ words, code, err: code === 0 ? '' : err }).toEqual({ words, code: 0, err: '' });
    return out;
  }
  function file(name: string, text: string): string {
    const at = path.join(folder, name);
    writeFileSync(at, text);
    return at;
  }
  const notes = (value: string): string =>
    file('notes.yaml', `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: notes, namespace: bookinfo }\ndata: { a: "${value}" }\n`);

  it('gets: tables, wide, JSON paths, selectors, YAML', async () => {
    expect(await does('get', 'deploy', 'reviews-v1')).toMatch(/NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nreviews-v1 +1\/1 +1 +1 /);
    expect(await does('get', 'pods', '-l', 'app=reviews', '-o', 'wide')).toMatch(/NOMINATED NODE[\s\S]*reviews-v1-.*Running +0 .*127\./);
    expect(await does('get', 'deploy', 'reviews-v1', '-o', 'jsonpath={.spec.replicas}')).toBe('1');
    expect(await does('get', 'pods', '--field-selector', 'status.phase!=Running', '-o', 'name')).toBe('');
    expect(await does('get', 'svc', 'reviews', '-o', 'yaml')).toMatch(/^apiVersion: v1\nkind: Service\n/m);
    expect(await does('get', 'pods', '-A', '-o', 'name')).toContain('pod/reviews-v1-');
  });

  it('describes and explains, own kinds too', async () => {
    expect(await does('describe', 'deploy', 'reviews-v1')).toMatch(/Replicas: +1 desired \| 1 updated \| 1 total \| 1 available/);
    expect(await does('describe', 'pod', '-l', 'app=reviews')).toMatch(/Events:[\s\S]*Started container reviews/);
    expect(await does('explain', 'pods.spec.containers.livenessProbe')).toContain('timeoutSeconds');
    expect(await does('explain', 'strategies.spec.steps')).toMatch(/weight\t<number>[\s\S]*Percentage of the Service's requests/);
    expect(await does('api-resources', '--api-group=delivery.tidegate.dev')).toMatch(
      /strategies +strat +delivery\.tidegate\.dev\/v1alpha1 +true/,
    );
  });

  it('applies, diffs, edits, patches; a field of another manager is a conflict', async () => {
    expect(await does('apply', '-f', notes('1'))).toBe('configmap/notes created\n');
    const diff = await kubectl.run(['diff', '-f', notes('2')]);
    expect([diff.code, diff.out]).toEqual([1, expect.stringMatching(/^- {2}a: "1"\n\+ {2}a: "2"$/m)]);
    expect(await does('apply', '-f', notes('2'))).toBe('configmap/notes configured\n');
    expect(await does('apply', '--server-side', '--field-manager=other', '-f', notes('2'))).toBe('configmap/notes serverside-applied\n');
    const refused = await kubectl.run(['apply', '--server-side', '--field-manager=third', '-f', notes('3')]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/Apply failed with \d+ conflicts?: [\s\S]*\.data\.a/)]);
    const editor = file('editor.sh', '#!/bin/sh\nsed -i "s/  a: .*/  a: edited/" "$1"\n');
    chmodSync(editor, 0o755);
    expect(await doesWith({ env: { KUBE_EDITOR: editor } }, 'edit', 'configmap', 'notes')).toBe('configmap/notes edited\n');
    await does('patch', 'configmap', 'notes', '--type', 'merge', '-p', '{"data":{"b":"patched"}}');
    await does('label', 'configmap', 'notes', 'tier=one');
    await does('annotate', 'configmap', 'notes', 'note=hi');
    const { data, metadata } = JSON.parse(await does('get', 'configmap', 'notes', '-o', 'json')) as {
      data: object;
      metadata: { labels: object };
    };
    expect([data, metadata.labels]).toEqual([{ a: 'edited', b: 'patched' }, { tier: 'one' }]);
    await does('delete', 'configmap', 'notes');
  });

  it('watches what changes', async () => {
    const watch = kubectl.start(['get', 'configmap', '-w', '-o', 'name', '--field-selector', 'metadata.name=watched']);
    let seen = '';
    watch.stdout?.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    try {
      await does('create', 'configmap', 'watched', '--from-literal=a=1');
      await does('label', 'configmap', 'watched', 'seen=yes');
      await waitFor('both changes', () => seen.split('configmap/watched').length >= 3 || undefined);
      await does('delete', 'configmap', 'watched');
    } finally {
      watch.kill();
    }
  });

  it('scales, rolls out, looks back and undoes', async () => {
    await does('scale', 'deploy', 'reviews-v1', '--replicas=2');
    await does('rollout', 'status', 'deploy', 'reviews-v1', '--timeout=60s');
    await does('set', 'env', 'deploy/reviews-v1', 'EXTRA=1');
    expect(await does('rollout', 'status', 'deploy', 'reviews-v1', '--timeout=60s')).toContain('successfully rolled out');
    expect(await does('rollout', 'history', 'deploy', 'reviews-v1')).toMatch(/REVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>/);
    expect(await does('rollout', 'undo', 'deploy', 'reviews-v1')).toContain('rolled back');
    await does('rollout', 'status', 'deploy', 'reviews-v1', '--timeout=60s');
    expect(
      await does('get', 'deploy', 'reviews-v1', '-o', 'jsonpath={.spec.template.spec.containers[0].env[?(@.name=="EXTRA")].value}'),
    ).toBe('');
    await does('rollout', 'restart', 'deploy', 'reviews-v1');
    await does('rollout', 'status', 'deploy', 'reviews-v1', '--timeout=60s');
    await does('scale', 'deploy', 'reviews-v1', '--replicas=1');
  });

  it('reads logs and follows them; runs, copies and forwards into a pod', async () => {
    const pod = (await does('get', 'pod', '-l', 'app=details', '-o', 'jsonpath={.items[0].metadata.name}')).trim();
    expect(await does('logs', pod, '--tail=1')).toMatch(/listening on 127\./);
    expect(await does('logs', 'deploy/details-v1', '-c', 'details', '--tail=1')).toMatch(/listening on/);
    expect(await does('exec', pod, '--', 'node', '-e', 'console.log(process.env.PORT > 0)')).toBe('true\n');
    expect(await doesWith({ input: 'piped\n' }, 'exec', '-i', pod, '--', 'cat')).toBe('piped\n');
    const failed = await kubectl.run(['exec', pod, '--', 'sh', '-c', 'echo no >&2; exit 7']);
    expect([failed.code, failed.err]).toEqual([7, expect.stringContaining('no\n')]);
    await does('cp', file('copied.txt', 'copied\n'), `${pod}:copied.txt`);
    expect(await does('exec', pod, '--', 'cat', 'copied.txt')).toBe('copied\n');
    const forward = kubectl.start(['port-forward', pod, ':9080']);
    let said = '';
    forward.stdout?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    try {
      const [, port] = await waitFor('the forwarded port', () => /127\.0\.0\.1:(\d+) ->/.exec(said) ?? undefined);
      expect(await (await fetch(`http://127.0.0.1:${port}/healthz`)).text()).toBe('ok\n');
    } finally {
      forward.kill();
    }
  });

  it('follows the log of a program to its end, and shows the run before', async () => {
    await does(
      'run',
      'teller',
      `--image=${IMAGE}`,
      '--restart=Always',
      '--command',
      '--',
      'node',
      '-e',
      'console.log("told"); process.exit(3)',
    );
    await waitFor(
      'a restart',
      async () =>
        Number(await does('get', 'pod', 'teller', '-o', 'jsonpath={.status.containerStatuses[0].restartCount}')) >= 1 || undefined,
      60_000,
    );
    expect(await does('logs', 'teller', '--previous')).toBe('told\n');
    await does('delete', 'pod', 'teller', '--grace-period=0', '--force');
    await does(
      'run',
      'once',
      `--image=${IMAGE}`,
      '--restart=Never',
      '--command',
      '--',
      'node',
      '-e',
      'setTimeout(() => console.log("late"), 300)',
    );
    await does('wait', '--for=jsonpath={.status.containerStatuses[0].started}', 'pod/once', '--timeout=60s');
    expect(await does('logs', '-f', 'once')).toBe('late\n');
    await does('wait', '--for=jsonpath={.status.phase}=Succeeded', 'pod/once', '--timeout=60s');
    await does('delete', 'pod', 'once');
  });

  it('asks for rights', async () => {
    expect(await does('auth', 'can-i', 'delete', 'pods')).toBe('yes\n');
    const other = await kubectl.run(['auth', 'can-i', 'get', 'pods', '--as', 'system:serviceaccount:default:default']);
    expect([other.code, other.out]).toEqual([1, 'no\n']);
    const refused = await kubectl.run(['get', 'pods', '--as', 'somebody']);
    expect(refused.err).toMatch(
      /pods is forbidden: User "somebody" cannot list resource "pods" in API group "" in the namespace "bookinfo"/,
    );
  });

  it('deletes, leaving or taking what belongs to it', async () => {
    await does('create', 'deployment', 'extra', `--image=${IMAGE}`, '--port=9080', '--', 'node', 'main.mjs', 'ratings');
    await does('expose', 'deploy', 'extra', '--port=9080');
    await does('wait', '--for=condition=Available', 'deploy/extra', '--timeout=60s');
    await does('delete', 'deploy', 'extra', '--cascade=orphan');
    const [replicaSet = ''] = (await does('get', 'rs', '-l', 'app=extra', '-o', 'name')).trim().split('\n');
    expect(replicaSet).toMatch(/^replicaset\.apps\/extra-/);
    await does('delete', replicaSet, '--cascade=foreground', '--timeout=60s');
    expect(await does('get', 'pods', '-l', 'app=extra', '-o', 'name')).toBe('');
    await does('delete', 'svc', 'extra');
  });
});
