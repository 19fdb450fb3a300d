import { shortcutOf } from './shortcut';

const press = { key: 'g', ctrl: false, typing: false };

it.each([
  { name: 'g begins', got: shortcutOf(press, false), is: { type: 'begin' } },
  { name: 'g, s goes', got: shortcutOf({ ...press, key: 's' }, true), is: { type: 'go', key: 's' } },
  { name: 's alone does nothing', got: shortcutOf({ ...press, key: 's' }, false), is: undefined },
  { name: 'g while typing is a letter', got: shortcutOf({ ...press, typing: true }, false), is: undefined },
  { name: '/ searches', got: shortcutOf({ ...press, key: '/' }, false), is: { type: 'search' } },
  { name: '/ while typing is a slash', got: shortcutOf({ ...press, key: '/', typing: true }, false), is: undefined },
  { name: 'Ctrl-K anywhere', got: shortcutOf({ key: 'K', ctrl: true, typing: true }, false), is: { type: 'palette' } },
  { name: 'other keys of the browser stay', got: shortcutOf({ ...press, key: 'r', ctrl: true }, false), is: undefined },
])('$name', ({ got, is }) => expect(got).toEqual(is));
