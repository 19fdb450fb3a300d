import { InputError, codes } from './errors.js';

/**
 * Names of accounts and groups become subjects of Kubernetes as `tidegate:<name>` and are shown in many places: lower case letters, digits, and
 * `-` or `.` inside, 63 characters at most. A colon can't occur, so no name reads as `system:...` or as a service account.
 */
const NAME = /^[a-z0-9]([-a-z0-9.]{0,61}[a-z0-9])?$/;

/** Would be taken for somebody else's. `administrators` and `everybody` are groups of the platform. */
const RESERVED = ['system', 'anonymous', 'root', 'kubernetes', 'tidegate', 'unauthenticated', 'authenticated', 'masters', 'nobody'];
/** Groups that the platform fills or grants by itself. */
export const PLATFORM_GROUPS = { administrators: 'administrators', everybody: 'everybody' } as const;

export type NameKind = 'account' | 'group';

/** Why a name is refused, in one sentence; undefined when it is good. */
export function nameIsRefused(kind: NameKind, name: string): string | undefined {
  if (name.length > 63) return `A name has 63 characters at most; this one has ${name.length}.`;
  if (!NAME.test(name)) return 'A name has lower case letters, digits, "-" and ".", and starts and ends with a letter or digit.';
  if (name.startsWith('system.') || RESERVED.includes(name)) return `The name "${name}" is reserved.`;
  if (kind === 'account' && Object.values<string>(PLATFORM_GROUPS).includes(name)) return `The name "${name}" is a group's.`;
  if (kind === 'group' && name === PLATFORM_GROUPS.everybody) return 'Everybody who is signed in is in "everybody" already.';
  return undefined;
}

/** Throws ID_NAME_REFUSED. */
export function requireName(kind: NameKind, name: string, field: string): void {
  const because = nameIsRefused(kind, name);
  if (because !== undefined) throw new InputError(codes.ID_NAME_REFUSED, field, because);
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** Text that people may choose freely, made fit for one line: no control characters, no marks that turn the direction of text. */
export const oneLine = (text: string, mostCharacters: number): string => text.replace(CONTROL, ' ').trim().slice(0, mostCharacters);
