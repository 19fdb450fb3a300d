import { asWarnings, fieldError, index, invalidValue, key, messagesOf, missingField, via } from './field-errors.js';

it('attaches what is in brackets to what comes before it', () => {
  const seen = via(via(missingField('name', ''), index(2)), 'spec', 'containers');
  expect(seen.flatMap((e) => e.paths)).toEqual(['spec.containers[2].name', 'spec.containers[2]']);
  expect(via(invalidValue('x', ''), key('plain')).flatMap((e) => e.paths)).toEqual(['[plain]']);
  // Dots inside of brackets end them: this is how Knative writes such a path.
  expect(via(via(invalidValue('x', ''), key('a.b/c')), 'metadata', 'annotations').flatMap((e) => e.paths)).toEqual([
    'metadata.annotations.[a.b/c]',
  ]);
});

it('merges what is the same, and sorts', () => {
  const errors = [
    ...via(missingField('b'), 'spec'),
    ...via(missingField('a'), 'spec'),
    ...via(missingField('a'), 'spec'),
    ...invalidValue('9', 'z', 'because', 'of this'),
    ...invalidValue('9', 'y', 'because', 'of that'),
    ...fieldError('nowhere in particular'),
    ...asWarnings(missingField('c')),
  ];
  expect(messagesOf(errors, 'error')).toEqual([
    'invalid value: 9: y\nbecause, of that',
    'invalid value: 9: z\nbecause, of this',
    'missing field(s): spec.a, spec.b',
    'nowhere in particular: ',
  ]);
  expect(messagesOf(errors, 'warning')).toEqual(['missing field(s): c']);
});
