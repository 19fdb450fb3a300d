import type { Overload } from '../signatures.js';
import { addresses } from './addresses.js';
import { authorizers } from './authorizers.js';
import { conversions } from './conversions.js';
import { namedFormats } from './formats.js';
import { lists } from './lists.js';
import { operators } from './operators.js';
import { quantities, versions } from './quantities.js';
import { strings } from './strings.js';
import { times } from './times.js';

const byName = new Map<string, Overload[]>();
for (const overload of [
  ...operators,
  ...conversions,
  ...times,
  ...strings,
  ...lists,
  ...quantities,
  ...versions,
  ...addresses,
  ...namedFormats,
  ...authorizers,
])
  byName.set(overload.name, [...(byName.get(overload.name) ?? []), overload]);

/** All forms of a function; undefined when there is none of this name. */
export function overloadsOf(name: string): readonly Overload[] | undefined {
  return byName.get(name);
}
