import type { HttpRoute } from './http-route.js';
import { routeLiveness } from './liveness.js';

const OURS = 'tidegate.dev/gateway-controller';
function route(generation: number, parents: { by: string; type: string; status: string; at: number; message?: string }[]): HttpRoute {
  return {
    metadata: { name: 'r', generation },
    spec: {},
    status: {
      parents: parents.map((p) => ({
        controllerName: p.by,
        conditions: [{ type: p.type, status: p.status, reason: 'R', message: p.message ?? '', observedGeneration: p.at }],
      })),
    },
  };
}

it.each([
  ['no route', [], false, ''],
  ['nobody took it up', [route(1, [])], false, ''],
  [
    'live for this generation',
    [route(2, [{ by: OURS, type: 'Live', status: 'True', at: 2, message: 'live on 3/3 proxies' }])],
    true,
    '3/3',
  ],
  ['live for the one before', [route(3, [{ by: OURS, type: 'Live', status: 'True', at: 2, message: 'live on 3/3 proxies' }])], false, ''],
  ['waiting for a proxy', [route(2, [{ by: OURS, type: 'Live', status: 'False', at: 2, message: 'live on 2/3 proxies' }])], false, '2/3'],
  ['only accepted by us', [route(2, [{ by: OURS, type: 'Accepted', status: 'True', at: 2 }])], false, ''],
  ['accepted by another gateway', [route(2, [{ by: 'example.com/gw', type: 'Accepted', status: 'True', at: 2 }])], true, ''],
  [
    'one of two routes is not live',
    [
      route(1, [{ by: OURS, type: 'Live', status: 'True', at: 1, message: 'live on 3/3 proxies' }]),
      route(1, [{ by: OURS, type: 'Live', status: 'False', at: 1, message: 'live on 1/3 proxies' }]),
    ],
    false,
    '1/3',
  ],
] as const)('%s', (_, routes, live, proxies) => {
  expect(routeLiveness(routes)).toMatchObject({ live, proxies });
});
