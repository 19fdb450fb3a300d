import { toAdmissionReview } from './admission-review.js';

const warningsOf = (warnings: string[]): unknown =>
  (toAdmissionReview('u', { allowed: true, warnings }) as { response: { warnings?: unknown } }).response.warnings;

it('passes a long warning on whole, and cuts each when all are too much', () => {
  const long = 'x'.repeat(1000);
  expect(warningsOf([long])).toEqual([long]);
  expect(warningsOf([long, long, long, long, long, 'short'])).toEqual([...Array<string>(5).fill('x'.repeat(256)), 'short']);
  expect(warningsOf([])).toBeUndefined();
});

it('refuses with 422 unless the handler says otherwise', () => {
  expect(toAdmissionReview('u', { allowed: false, message: 'no' })).toMatchObject({
    response: { uid: 'u', allowed: false, status: { code: 422, reason: 'Invalid', message: 'no' } },
  });
  const refusal = { code: 400, reason: 'BadRequest' };
  expect(toAdmissionReview('u', { allowed: false, message: 'no', refusal })).toMatchObject({
    response: { status: { ...refusal, message: 'no' } },
  });
});
