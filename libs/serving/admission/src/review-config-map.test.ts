import { reviewConfigMap } from './review-config-map.js';

const map = (name: string, data: Record<string, string>, annotations: Record<string, string> = {}) => ({
  metadata: { name, annotations },
  data,
});

it('says what is wrong with a config map that is read', () => {
  expect(reviewConfigMap(map('config-autoscaler', { 'stable-window': '1s' }))).toBe('stable-window = 1s, must be in [6s; 1h0m0s] range');
  expect(reviewConfigMap(map('config-defaults', { 'revision-timeout-seconds': 'soon' }))).toMatch(
    /^failed to parse "revision-timeout-seconds": /,
  );
  expect(reviewConfigMap(map('config-defaults', {}))).toBeUndefined();
  expect(reviewConfigMap(map('somebody-elses', { 'stable-window': '1s' }))).toBeUndefined();
});

it('keeps people from changing the example', () => {
  const sum = { 'knative.dev/example-checksum': '291caa88' };
  // Line ends and spaces around do not count.
  expect(reviewConfigMap(map('config-gc', { _example: 'a: 1\r\n\nb: 2\n' }, sum))).toBeUndefined();
  expect(reviewConfigMap(map('config-gc', { _example: 'a: 1\nb: 3' }, sum))).toMatch(
    /^the update modifies a key in "_example" which is probably not what you want/,
  );
  expect(reviewConfigMap(map('config-gc', { _example: 'a: 1\n' }))).toBeUndefined();
});
