import { TerminalSlots } from './terminal-slots.js';

function slots() {
  const time = { now: 0 };
  const all = new TerminalSlots(() => time.now);
  return { time, all };
}

it('gives one person ten at most, and counts each down once', () => {
  const { all, time } = slots();
  const open = Array.from({ length: 10 }, () => all.take('ada'));
  expect(() => all.take('ada')).toThrow('You have 10 terminals open.');
  expect(() => all.take('eve')).not.toThrow();
  open[0]?.();
  open[0]?.();
  time.now += 60_000;
  expect(() => all.take('ada')).not.toThrow();
  expect(() => all.take('ada')).toThrow('You have 10 terminals open.');
});

it('gives all together 200', () => {
  const { all } = slots();
  for (let person = 0; person < 20; person++) for (let i = 0; i < 10; i++) all.take(`person-${person}`);
  expect(() => all.take('eve')).toThrow('200 terminals are open here.');
});

it('slows down who opens and closes without end', () => {
  const { all, time } = slots();
  for (let i = 0; i < 20; i++) all.take('ada')();
  expect(() => all.take('ada')).toThrow('You open terminals faster');
  time.now += 1_000;
  expect(() => all.take('ada')).not.toThrow();
});
