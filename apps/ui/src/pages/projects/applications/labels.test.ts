import { readLabels } from './labels';

it('reads a label a line', () => {
  expect(readLabels(' app=shop \n\napp.kubernetes.io/part-of: all\nempty=')).toEqual([
    { name: 'app', value: 'shop' },
    { name: 'app.kubernetes.io/part-of', value: 'all' },
    { name: 'empty', value: '' },
  ]);
});

it.each(['app', 'a b=c', 'app=a b'])('tells the line that is none: %s', (line) =>
  expect(readLabels(`x=y\n${line}`)).toEqual({ wrong: line }),
);
