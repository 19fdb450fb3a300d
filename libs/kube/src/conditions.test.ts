import { conditionIsTrue, setCondition, type Condition } from './conditions.js';

const ready: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'Ok',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  observedGeneration: 1,
};
const later = Date.UTC(2026, 5, 1);

describe('setCondition', () => {
  it.each([
    { name: 'same status keeps the time', status: 'True', time: '2026-01-01T00:00:00Z' },
    { name: 'another status is a transition', status: 'False', time: '2026-06-01T00:00:00Z' },
  ] as const)('$name', ({ status, time }) => {
    const [made] = setCondition([ready], { type: 'Ready', status, reason: 'Other', message: 'm', observedGeneration: 2 }, later);
    expect(made).toEqual({ type: 'Ready', status, reason: 'Other', message: 'm', observedGeneration: 2, lastTransitionTime: time });
  });
  it('adds a new one at the end and keeps the others', () => {
    const list = setCondition([ready], { type: 'Live', status: 'Unknown', reason: 'NotYet', message: '' }, later);
    expect(list.map((c) => c.type)).toEqual(['Ready', 'Live']);
    expect(list[0]).toBe(ready);
  });
  it('is true only for the generation asked', () => {
    expect(conditionIsTrue([ready], 'Ready')).toBe(true);
    expect(conditionIsTrue([ready], 'Ready', 2)).toBe(false);
    expect(conditionIsTrue(undefined, 'Ready')).toBe(false);
  });
});
