import { amountNumber, amountsText, readAmounts } from './amounts';

it('reads what it writes', () => {
  const amounts = [
    { name: 'pods', hard: '10' },
    { name: 'count/deployments.apps', hard: '5' },
    { name: 'requests.memory', hard: '2Gi' },
  ];
  expect(readAmounts(amountsText(amounts))).toEqual(amounts);
  expect(readAmounts('\n pods: 3 \n\n')).toEqual([{ name: 'pods', hard: '3' }]);
  expect(readAmounts('')).toEqual([]);
});

it.each(['pods', 'pods=', '=3', 'pods=many', 'a b=3'])('tells the line that is no limit: %s', (line) =>
  expect(readAmounts(`pods=1\n${line}`)).toEqual({ wrong: line }),
);

it.each([
  ['500m', 0.5],
  ['2Gi', 2 ** 31],
  ['3', 3],
  ['1k', 1000],
  ['what', 0],
])('%s is %d', (text, number) => expect(amountNumber(text)).toBe(number));
