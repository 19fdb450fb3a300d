import type { Application } from '@tidegate/tenancy-contract';
import { changesOf } from './application-input.js';

const at = { namespace: 'web', name: 'shop' };
const full: Application = { spec: { descriptor: { type: 'shop', version: '1', notes: 'kept' }, selector: { matchLabels: { app: 'shop' }, matchExpressions: [{ key: 'tier', operator: 'Exists' }] }, componentKinds: [] } };

it.each<[string, Application, object, unknown[]]>([
  ['nothing when nothing is asked for', full, {}, []],
  ['nothing of what is so already', full, { version: '1', description: '' }, []],
  ['one text', full, { version: '2' }, [{ op: 'add', path: '/spec/descriptor/version', value: '2' }]],
  ['a text away', full, { type: '' }, [{ op: 'remove', path: '/spec/descriptor/type' }]],
  ['labels, and leaves expressions', full, { labels: [{ name: 'app', value: 'x' }] }, [{ op: 'add', path: '/spec/selector/matchLabels', value: { app: 'x' } }]],
  ['kinds, to none', full, { kinds: [] }, [{ op: 'add', path: '/spec/componentKinds', value: [] }]],
  ['who owns', full, { owns: false }, [{ op: 'add', path: '/spec/addOwnerRef', value: false }]],
  [
    'one that has nothing yet',
    {},
    { version: '2', labels: [{ name: 'app', value: 'x' }] },
    [
      { op: 'add', path: '/spec', value: {} },
      { op: 'add', path: '/spec/descriptor', value: {} },
      { op: 'add', path: '/spec/descriptor/version', value: '2' },
      { op: 'add', path: '/spec/selector', value: {} },
      { op: 'add', path: '/spec/selector/matchLabels', value: { app: 'x' } },
    ],
  ],
])('changes %s', (_, application, input, changes) => expect(changesOf(application, { ...at, ...input })).toEqual(changes));

it.each<[object, string]>([
  [{ labels: [] }, '0 labels'],
  [{ kinds: [{ group: '', kind: '' }] }, 'without a kind'],
  [{ version: 'x'.repeat(254) }, 'longer than 253'],
])('refuses %j', (input, says) => expect(() => changesOf(full, { ...at, ...input })).toThrow(says));
