import { ScriptedTransport, refusal } from '@tidegate/testing';
import { applyManifests, parseManifests } from './apply-manifests.js';
import { KubeClient } from './kube-client.js';

describe('parseManifests', () => {
  it('reads documents, skips empty ones, and unfolds lists', () => {
    const text = `
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
---
# nothing
---
apiVersion: v1
kind: List
items:
  - {apiVersion: v1, kind: Secret, metadata: {name: b}}
`;
    expect(parseManifests(text, 'x.yaml').map((m) => `${m.kind}/${m.metadata.name}`)).toEqual(['ConfigMap/a', 'Secret/b']);
  });
  it.each([
    { name: 'broken YAML', text: 'a: [', says: 'Document 1 of x.yaml is not valid YAML' },
    {
      name: 'no object',
      text: 'apiVersion: v1\nkind: A\nmetadata: {name: a}\n---\njust text',
      says: 'Document 2 of x.yaml is not a Kubernetes object',
    },
    { name: 'no name', text: 'apiVersion: v1\nkind: A\nmetadata: {}', says: 'needs apiVersion, kind and metadata.name' },
  ])('refuses $name', ({ text, says }) => {
    expect(() => parseManifests(text, 'x.yaml')).toThrow(says);
  });
});

describe('applyManifests', () => {
  function cluster(): ScriptedTransport {
    const resources = [
      { name: 'namespaces', kind: 'Namespace', namespaced: false },
      { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
      { name: 'namespaces/status', kind: 'Namespace', namespaced: false },
    ];
    return new ScriptedTransport()
      .on('GET', '/api/v1', { status: 200, body: { resources } })
      .on('PATCH', '/api/v1/namespaces/shop', (r) => ({ status: 201, body: r.body }))
      .on('PATCH', '/api/v1/namespaces/default/configmaps/a', (r) => ({ status: 200, body: r.body }));
  }

  it('applies namespaces first, the rest in order, in the default namespace', async () => {
    const transport = cluster();
    const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n';
    const applied = await applyManifests(new KubeClient(transport), text);
    expect(applied).toEqual([
      { apiVersion: 'v1', kind: 'Namespace', name: 'shop', result: 'created' },
      { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'default', result: 'created' },
    ]);
    expect(transport.calls.filter((c) => c.method === 'GET' && c.path === '/api/v1')).toHaveLength(1);
  });

  it('names the kind that is not served, and the object that was refused', async () => {
    const client = new KubeClient(
      cluster().on('PATCH', '/api/v1/namespaces/shop', refusal(403, 'Forbidden', 'namespaces "shop" is forbidden')),
    );
    await expect(applyManifests(client, 'apiVersion: x.dev/v1\nkind: Thing\nmetadata: {name: t}')).rejects.toMatchObject({
      code: 'KUBE_KIND_UNKNOWN',
      message: 'The cluster does not serve Thing (x.dev/v1), named by "t".',
    });
    await expect(applyManifests(client, 'apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}')).rejects.toThrow('forbidden');
  });
});
