import { forbiddenValue, unsupportedValue } from '../schema/field-errors.js';
import { ApiError, badRequest, expired, invalidOptions, unexplained } from './api-error.js';

type Query = Readonly<Record<string, string>>;

function notANumber(field: string, text: string): string {
  return `${field}: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`;
}

/** Rules of meta.k8s.io ListOptions for a list. `newest` is the store's revision. Throws 400, 422 and 504. */
export function checkListOptions(query: Query, newest: number): void {
  const { limit, resourceVersion = '', resourceVersionMatch: match = '', continue: token } = query;
  if (limit !== undefined && !/^-?\d+$/.test(limit)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(limit)}: invalid syntax`);
  if (query['sendInitialEvents'] !== undefined) {
    throw invalidOptions('ListOptions', forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (match !== '') {
    if (token)
      throw invalidOptions(
        'ListOptions',
        forbiddenValue('resourceVersionMatch', 'resourceVersionMatch is forbidden when continue is provided'),
      );
    if (resourceVersion === '')
      throw invalidOptions(
        'ListOptions',
        forbiddenValue('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided'),
      );
    if (match !== 'Exact' && match !== 'NotOlderThan') {
      throw invalidOptions('ListOptions', unsupportedValue('resourceVersionMatch', match, ['Exact', 'NotOlderThan', '']));
    }
    if (match === 'Exact' && resourceVersion === '0') {
      throw invalidOptions(
        'ListOptions',
        forbiddenValue('resourceVersionMatch', 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'),
      );
    }
  }
  if (token && resourceVersion !== '' && resourceVersion !== '0')
    throw badRequest('specifying resource version is not allowed when using continue');
  if (!/^\d*$/.test(resourceVersion)) throw badRequest(`invalid resource version: ${notANumber('resourceVersion', resourceVersion)}`);
  if (Number(resourceVersion) > newest) {
    throw new ApiError(504, 'Timeout', `Timeout: Too large resource version: ${resourceVersion}, current: ${newest}`, {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    });
  }
}

/** The same for a watch: the revision to begin after, 0 for "with everything there is". Throws 410, 422 and 500. */
export function watchStart(query: Query, newest: number): number {
  const { resourceVersion: text = '', resourceVersionMatch: match = '', sendInitialEvents } = query;
  if (sendInitialEvents !== undefined && match !== 'NotOlderThan') {
    throw invalidOptions(
      'ListOptions',
      forbiddenValue('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan'),
    );
  }
  if (sendInitialEvents === undefined && match !== '') {
    throw invalidOptions(
      'ListOptions',
      forbiddenValue('resourceVersionMatch', 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided'),
    );
  }
  if (!/^\d*$/.test(text)) throw unexplained(notANumber('resourceVersion', text));
  // Kubernetes would wait for that revision; here it can only be one of another data folder, so the client had better list again.
  if (Number(text) > newest) throw expired(`too large resource version: ${text} (${newest})`);
  return Number(text);
}
