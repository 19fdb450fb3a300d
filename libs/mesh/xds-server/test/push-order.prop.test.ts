import fc from 'fast-check';
import { ModelProxy, ModelView, SETTLE_MS, port, service, table, type Sketch } from './model-proxy.js';

const NAMES = ['a', 'b', 'c', 'd'];

const snapshots = fc.array(
  fc.record({
    clusters: fc.subarray(NAMES),
    clusterVersion: fc.constantFrom('1', '2'),
    empty: fc.subarray(NAMES),
    routes: fc.constantFrom('1', '2', '3'),
  }),
  { minLength: 1, maxLength: 6 },
);
/** Between two snapshots: how many answers come back, in which order, and how much time passes. */
const turns = fc.array(fc.record({ answers: fc.nat(4), index: fc.nat(5), ms: fc.constantFrom(0, 1, SETTLE_MS, 100) }), {
  minLength: 6,
  maxLength: 6,
});
const refusals = fc.subarray(['cluster/a@2', 'cluster/b@1', 'routes/r@3']);

it('whatever is published and however late answers come, the order holds and the proxy ends with all that it accepts', () => {
  fc.assert(
    fc.property(snapshots, turns, refusals, fc.boolean(), (plan, pace, refused, naming) => {
      const view = new ModelView();
      const proxy = new ModelProxy(view);
      for (const r of refused) proxy.refuses.add(r);
      let routesAckedAt = -Infinity;
      // A changed cluster gets its endpoints again, whatever they are.
      const refreshed = new Set<string>();
      proxy.onPush = (push) => {
        const known = proxy.state.types;
        const missing = view
          .all()
          .filter(
            (r) =>
              r.type === 'cluster' &&
              known.cluster.held.get(r.name) !== r.version &&
              known.cluster.rejected.get(r.name)?.version !== r.version,
          );
        if (push.type === 'routes' && push.resources.length > 0)
          expect(missing.filter((r) => view.lastGood('cluster', r.name) === undefined)).toEqual([]);
        if (push.type === 'cluster') for (const { name } of push.resources) refreshed.add(name);
        const emptied = push.type === 'endpoints' ? push.resources.filter((r) => r.isEmpty && !refreshed.has(r.name)) : [];
        const emptiesKnown = emptied.some(({ name, version }) => ![undefined, version].includes(known.endpoints.held.get(name)));
        if (push.type === 'endpoints') for (const { name } of push.resources) refreshed.delete(name);
        if ((push.type === 'cluster' && push.removed.length > 0) || emptiesKnown) {
          const target = view.get('routes', 'r')?.version;
          const rejected = known.routes.rejected.get('r')?.version;
          if (rejected !== target) expect(known.routes.held.get('r')).toBe(target);
          expect(proxy.now - routesAckedAt).toBeGreaterThanOrEqual(SETTLE_MS);
        }
      };
      const acknowledged = (): void => void (routesAckedAt = proxy.state.routingAckedAt);
      proxy.ask('cluster');
      proxy.ask('listener');
      proxy.ask('routes', { subscribe: ['r'] });
      let last: Sketch[] = [];
      plan.forEach(({ clusters, clusterVersion, empty, routes }, i) => {
        const sketches = clusters.flatMap((name) => service(name, clusterVersion));
        const without = (s: Sketch): Sketch =>
          s.type === 'endpoints' && empty.includes(s.name) ? { ...s, version: 'none', isEmpty: true } : s;
        last = [...sketches.map(without), table(routes), port()];
        acknowledged();
        proxy.publish(last);
        const turn = pace[i] ?? { answers: 1, index: 0, ms: 0 };
        for (let n = 0; n < turn.answers && proxy.waiting.length > 0; n++) {
          acknowledged();
          proxy.answer(turn.index, naming);
        }
        acknowledged();
        proxy.pass(turn.ms);
      });
      proxy.onPush = () => undefined;
      for (let n = 0; n < 500 && (proxy.waiting.length > 0 || proxy.againInMs !== undefined); n++) {
        if (proxy.waiting.length > 0) proxy.answer(0, naming);
        else proxy.pass(SETTLE_MS);
      }
      expect(proxy.waiting).toEqual([]);
      for (const sketch of last) {
        const { type, name, version } = sketch;
        if (type === 'endpoints' && !proxy.state.types.endpoints.subscribed.has(name)) continue;
        if (!proxy.refuses.has(`${type}/${name}@${version}`))
          expect({ ...sketch, held: proxy.holds.get(`${type}/${name}`) }).toEqual({ ...sketch, held: version });
      }
      const wanted = new Set(last.map((s) => `${s.type}/${s.name}`));
      for (const [key] of proxy.holds) if (key.startsWith('cluster/')) expect(wanted.has(key)).toBe(true);
    }),
    { numRuns: 400 },
  );
});
