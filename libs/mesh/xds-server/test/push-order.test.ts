import { ModelProxy, ModelView, SETTLE_MS, emptied, port, service, table } from './model-proxy.js';

function connected(...sketches: ConstructorParameters<typeof ModelView>[0][]): ModelProxy {
  const proxy = new ModelProxy(new ModelView(sketches.flat() as never));
  proxy.ask('cluster');
  proxy.settle();
  proxy.ask('listener');
  proxy.ask('routes', { subscribe: ['r'] });
  proxy.settle();
  proxy.log.length = 0;
  return proxy;
}

it('a first connection gets clusters, their endpoints, then listeners and routes', () => {
  const proxy = new ModelProxy(new ModelView([...service('a'), table('1'), port()]));
  proxy.ask('cluster');
  proxy.settle();
  proxy.ask('listener');
  proxy.ask('routes', { subscribe: ['r'] });
  proxy.settle();
  expect(proxy.log).toEqual(['cluster: a', 'endpoints: a', 'listener: l', 'routes: r']);
});

it('routes wait for the ACK of the clusters that they may name', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.publish([...service('a'), ...service('b'), table('2'), port()]);
  expect(proxy.log).toEqual(['cluster: b']);
  proxy.settle();
  expect(proxy.log).toEqual(['cluster: b', 'endpoints: b', 'routes: r']);
});

it('a cluster goes only after the routes are acknowledged and have settled', () => {
  const proxy = connected(service('a'), service('b'), [table('1'), port()]);
  proxy.publish([...service('a'), table('2'), port()]);
  expect(proxy.log).toEqual(['routes: r']);
  proxy.answer();
  expect(proxy.log).toEqual(['routes: r']);
  proxy.pass(SETTLE_MS - 1);
  expect(proxy.log).toEqual(['routes: r']);
  proxy.pass(1);
  expect(proxy.log).toEqual(['routes: r', 'cluster: -b']);
  proxy.settle();
  expect([...proxy.holds.keys()].sort()).toEqual(['cluster/a', 'endpoints/a', 'endpoints/b', 'listener/l', 'routes/r']);
  expect(proxy.state.types.endpoints.held.has('b')).toBe(false);
});

it('a cluster loses its last endpoint only after the routes are acknowledged and have settled', () => {
  const proxy = connected(service('a'), service('b'), [table('1'), port()]);
  proxy.publish([...service('a'), ...emptied('b'), table('2'), port()]);
  expect(proxy.log).toEqual(['routes: r']);
  proxy.answer();
  proxy.pass(SETTLE_MS - 1);
  expect(proxy.log).toEqual(['routes: r']);
  proxy.pass(1);
  expect(proxy.log).toEqual(['routes: r', 'endpoints: b']);
  proxy.settle();
  expect(proxy.holds.get('endpoints/b')).toBe('none');
});

it('endpoints that are none are told at once where no route changes, and to whoever asks for them', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.pass(SETTLE_MS);
  proxy.publish([...emptied('a'), table('1'), port()]);
  expect(proxy.log).toEqual(['endpoints: a']);
  const fresh = new ModelProxy(new ModelView([...emptied('a'), table('1'), port()]));
  fresh.ask('cluster');
  fresh.settle();
  expect(fresh.log).toEqual(['cluster: a', 'endpoints: a']);
});

it('what wakes gets its endpoints before its cluster counts as warm, and then its routes', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.publish([...service('a'), ...service('woken'), table('2'), port()]);
  proxy.settle();
  expect(proxy.log).toEqual(['cluster: woken', 'endpoints: woken', 'routes: r']);
});

it('endpoints of a changed cluster are sent again, or it would never warm', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.publish([{ type: 'cluster', name: 'a', version: '2' }, { type: 'endpoints', name: 'a', version: '1' }, table('1'), port()]);
  expect(proxy.log).toEqual(['cluster: a', 'endpoints: a']);
});

it('moved endpoints do not wait for anything', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.publish([...service('a'), ...service('b'), table('2'), port()]);
  proxy.publish([
    { type: 'cluster', name: 'a', version: '1' },
    { type: 'endpoints', name: 'a', version: '2' },
    ...service('b'),
    table('2'),
    port(),
  ]);
  expect(proxy.log).toEqual(['cluster: b', 'endpoints: a']);
});

it('a newer snapshot takes over while an older one is in flight', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.publish([...service('a'), table('2'), port()]);
  proxy.publish([...service('a'), table('3'), port()]);
  proxy.publish([...service('a'), table('4'), port()]);
  proxy.settle();
  expect(proxy.log).toEqual(['routes: r', 'routes: r']);
  expect(proxy.holds.get('routes/r')).toBe('4');
});

it('a wildcard subscription to nothing gets one empty answer', () => {
  const proxy = new ModelProxy(new ModelView());
  proxy.ask('cluster');
  expect(proxy.log).toEqual(['cluster:']);
  proxy.settle();
  expect(proxy.log).toEqual(['cluster:']);
});

it('a name that does not exist is answered as removed, also when asked again', () => {
  const proxy = new ModelProxy(new ModelView());
  proxy.ask('endpoints', { subscribe: ['x'] });
  proxy.settle();
  proxy.ask('endpoints', { subscribe: ['x'] });
  proxy.settle();
  expect(proxy.log).toEqual(['endpoints: -x', 'endpoints: -x']);
});

it('a proxy that comes back is sent only what differs, and loses what is gone', () => {
  const proxy = new ModelProxy(new ModelView([...service('a'), ...service('b', '2')]));
  proxy.ask('cluster', { initialVersions: { a: '1', b: '1', old: '1' } });
  proxy.ask('endpoints', { subscribe: ['a', 'b'], initialVersions: { a: '1', b: '1' } });
  proxy.settle();
  expect(proxy.log).toEqual(['cluster: b', 'endpoints: b', 'cluster: -old']);
});

it('an answer with an old nonce acknowledges nothing, but its subscriptions count', () => {
  const proxy = connected(service('a'), [table('1'), port()]);
  proxy.publish([...service('a'), table('2'), port(), { type: 'routes', name: 's', version: '1' }]);
  proxy.ask('routes', { nonce: 'old', subscribe: ['s'] });
  expect(proxy.state.types.routes.held.get('r')).toBe('1');
  proxy.settle();
  expect(proxy.log).toEqual(['routes: r', 'routes: s']);
});

describe('a refusal', () => {
  it('takes out the resource alone when Envoy names it', () => {
    const proxy = connected(service('a'), [table('1'), port()]);
    proxy.refuses.add('cluster/bad@1');
    proxy.publish([...service('a'), ...service('b'), ...service('bad'), table('2'), port()]);
    proxy.settle();
    expect(proxy.log.filter((line) => line.startsWith('cluster'))).toEqual(['cluster: b bad', 'cluster: b', 'cluster: bad']);
    expect(proxy.holds.get('routes/r')).toBe('2');
    expect([...proxy.state.types.cluster.rejected]).toEqual([['bad', { version: '1', message: 'cannot use bad: no' }]]);
  });

  it('is found by halves when Envoy names nothing', () => {
    const proxy = connected(service('a'), [table('1'), port()]);
    proxy.refuses.add('cluster/c3@1');
    const more = ['c0', 'c1', 'c2', 'c3', 'c4'].flatMap((name) => service(name));
    proxy.publish([...service('a'), ...more, table('1'), port()]);
    for (let i = 0; i < 50 && proxy.waiting.length > 0; i++) proxy.answer(0, false);
    proxy.settle();
    expect([...proxy.state.types.cluster.rejected.keys()]).toEqual(['c3']);
    for (const name of ['c0', 'c1', 'c2', 'c4']) expect(proxy.holds.get(`cluster/${name}`)).toBe('1');
  });

  it('is not repeated until the resource changes', () => {
    const proxy = connected(service('a'), [table('1'), port()]);
    proxy.refuses.add('routes/r@2');
    proxy.publish([...service('a'), table('2'), port()]);
    proxy.settle();
    proxy.publish([...service('a', '2'), table('2'), port()]);
    proxy.settle();
    expect(proxy.log.filter((line) => line.startsWith('routes'))).toEqual(['routes: r']);
    expect(proxy.holds.get('routes/r')).toBe('1');
    proxy.publish([...service('a', '2'), table('3'), port()]);
    proxy.settle();
    expect(proxy.holds.get('routes/r')).toBe('3');
  });

  it('leaves a new proxy with the last form that another accepted', () => {
    const view = new ModelView([...service('a'), table('2'), port()]);
    view.good.set('routes/r', { type: 'routes', name: 'r', version: '1', bytes: Buffer.alloc(1), owners: [] });
    const proxy = new ModelProxy(view);
    proxy.refuses.add('routes/r@2');
    proxy.ask('routes', { subscribe: ['r'] });
    proxy.settle();
    expect(proxy.holds.get('routes/r')).toBe('1');
  });
});
