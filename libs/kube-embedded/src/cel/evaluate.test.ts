import { compileCel } from './compile.js';
import { Budget } from './evaluate.js';
import { jsonOfValue, typeOfSchema, valueOfJson, valueOfSchema } from './schema-values.js';
import { type CelType, dyn } from './types.js';
import { CelError, type Value } from './values.js';

const bindings: Record<string, Value> = {
  self: valueOfJson({ a: 1, list: [1, 2, 3], text: 'hello', map: { x: 1, y: 2 }, nothing: null }),
};

function evaluate(text: string): unknown {
  const declarations = new Map<string, CelType>(Object.keys(bindings).map((name) => [name, dyn]));
  const compilation = compileCel(text, declarations);
  if (!compilation.ok) return compilation.problem.split('\n')[0];
  try {
    const value = compilation.compiled.run((name) => bindings[name], new Budget(1e6));
    return jsonOfValue(value) ?? String(value);
  } catch (error) {
    if (error instanceof CelError) return `error: ${error.message}`;
    throw error;
  }
}

it.each<[string, unknown]>([
  ['1 + 2 * 3', 7],
  ['-9223372036854775808', Number(-(2n ** 63n))],
  ['9223372036854775807 + 1', 'error: integer overflow'],
  ['1 / 0', 'error: division by zero'],
  ['7 % 4 == 3', true],
  ['1.5 + 1.5', 3],
  ['1u + 2u == 3u', true],
  ['dyn(1) == 1.0', true],
  ['1 < 1.5', true],
  ['"a" < "b"', true],
  ['"a" + "b"', 'ab'],
  ["r'\\d'", '\\d'],
  ['"\\u00e9"', 'é'],
  ['true ? 1 : 2', 1],
  ['1 / 0 == 1 || true', true],
  ['false && 1 / 0 == 1', false],
  ['self.a', 1],
  ['self.b', 'error: no such key: b'],
  ['has(self.b)', false],
  ['has(self.a)', true],
  ['self.?b.orValue(5)', 5],
  ['self.?a.orValue(5)', 1],
  ['self[?"b"].hasValue()', false],
  ['optional.of(1).optMap(v, v + 1).value()', 2],
  ['optional.none().or(optional.of(3)).value()', 3],
  ['[1, ?optional.none(), ?optional.of(2)]', [1, 2]],
  ['self.list[1]', 2],
  ['self.list[7]', 'error: index out of bounds: 7'],
  ['2 in self.list', true],
  ['"x" in self.map', true],
  ['self.list.all(v, v > 0)', true],
  ['self.list.exists(v, v > 2)', true],
  ['self.list.exists_one(v, v > 2)', true],
  ['self.list.map(v, v * 2)', [2, 4, 6]],
  ['self.list.map(v, v > 1, v * 2)', [4, 6]],
  ['self.list.filter(v, v != 2)', [1, 3]],
  ['self.map.all(k, v, v > 0)', true],
  ['self.map.transformMap(k, v, v + 1)', { x: 2, y: 3 }],
  ['self.list.transformList(i, v, i + v)', [1, 3, 5]],
  ['self.map.map(k, k)', ['x', 'y']],
  ['size(self.text)', 5],
  ['self.text.size()', 5],
  ['self.text.matches("^h.*o$")', true],
  ['self.text.substring(1, 3)', 'el'],
  ['"a,b,c".split(",")', ['a', 'b', 'c']],
  ['["a", "b"].join("-")', 'a-b'],
  ['"aXbX".replace("X", "", 1)', 'abX'],
  ['"%s is %d, %.2f, %x".format(["x", 3, 1.5, 255])', 'x is 3, 1.50, ff'],
  ['"%s".format([[1, "a"]])', '[1, a]'],
  ['" a ".trim()', 'a'],
  ['"abcabc".lastIndexOf("b")', 4],
  ['"a1b22".findAll("[0-9]+")', ['1', '22']],
  ['[3, 1].isSorted()', false],
  ['[1, 2, 3].sum()', 6],
  ['[1, 2, 3].max()', 3],
  ['[].min()', 'error: min called on empty list'],
  ['sets.contains([1, 2], [2])', true],
  ['sets.equivalent([1, 2], [2, 1, 1])', true],
  ['cel.bind(x, 2, x * x)', 4],
  ['duration("1h30m").getMinutes()', 90],
  ['timestamp("2024-02-29T12:00:00Z") + duration("24h") == timestamp("2024-03-01T12:00:00Z")', true],
  ['timestamp("2024-02-29T12:00:00Z").getDayOfYear()', 59],
  ['timestamp("2024-02-29T23:00:00Z").getHours("America/New_York")', 18],
  ['quantity("1Gi").isGreaterThan(quantity("1G"))', true],
  ['quantity("1000m") == quantity("1")', true],
  ['quantity("1.5").add(1).asApproximateFloat()', 2.5],
  ['isQuantity("x")', false],
  ['ip("::1").isLoopback() && ip("10.0.0.1").family() == 4', true],
  ['ip.isCanonical("0:0:0:0:0:0:0:1")', false],
  ['isIP("1.2.3.04")', false],
  ['cidr("10.0.0.0/8").containsIP("10.1.2.3")', true],
  ['cidr("10.0.0.0/8").containsCIDR("10.0.0.0/7")', false],
  ['string(cidr("10.1.2.3/8").masked())', '10.0.0.0/8'],
  ['url("https://a.example:8443/x/y?q=1").getPort()', '8443'],
  ['url("https://a.example").getEscapedPath()', ''],
  ['isURL("not a url")', false],
  ['format.dns1123Label().validate("Bad").hasValue()', true],
  ['format.named("nope").hasValue()', false],
  ['semver("1.2.3-rc.1").isLessThan(semver("1.2.3"))', true],
  ['isSemver("v1.2")', false],
  ['semver("v1.2", true).minor()', 2],
  ['type(1) == int', true],
  ['string(1.5)', '1.5'],
  ['int("12") + int(1.9)', 13],
  ['{"a": 1}.a', 1],
  ['[1, 2] == [1, 2] && {"a": 1} == {"a": dyn(1.0)}', true],
  ['nope', "compilation failed: ERROR: <input>:1:1: undeclared reference to 'nope' (in container '')"],
  ['1 + "a"', "compilation failed: ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'"],
  ['"a".contains(1)', "compilation failed: ERROR: <input>:1:13: found no matching overload for 'contains' applied to 'string.(int)'"],
  ['1.size()', "compilation failed: ERROR: <input>:1:7: found no matching overload for 'size' applied to 'int.()'"],
])('%s', (text, expected) => {
  expect(evaluate(text)).toEqual(expected);
});

it('sees values in the types of their schema', () => {
  const schema = {
    type: 'object' as const,
    properties: {
      at: { type: 'string' as const, format: 'date-time' },
      'a-b': { type: 'integer' as const },
      namespace: { type: 'number' as const },
      set: { type: 'array' as const, 'x-kubernetes-list-type': 'set' as const, items: { type: 'string' as const } },
      port: { 'x-kubernetes-int-or-string': true },
    },
  };
  const value = valueOfSchema({ at: '2024-01-01T00:00:00Z', 'a-b': 2, namespace: 3, set: ['a', 'b'], port: '80%' }, schema);
  const run = (text: string): Value => {
    const compilation = compileCel(text, new Map([['self', typeOfSchema(schema) ?? dyn]]));
    if (!compilation.ok) throw new Error(compilation.problem);
    return compilation.compiled.run((name) => (name === 'self' ? value : undefined), new Budget(1e6));
  };
  expect(run('self.at.getFullYear() + self.a__dash__b')).toBe(2026n);
  expect(run('self.__namespace__ / 2.0')).toBe(1.5);
  expect(run("self.set == ['b', 'a']")).toBe(true);
  expect(run("type(self.port) == string ? self.port == '80%' : self.port == 80")).toBe(true);
  expect(() => run('self.none')).toThrow("undefined field 'none'");
});

it('stops what costs too much', () => {
  const compilation = compileCel('[1, 2, 3].map(a, [1, 2, 3].map(b, [1, 2, 3].map(c, a * b * c))).size() > 0', new Map());
  expect(compilation.ok && (() => compilation.compiled.run(() => undefined, new Budget(100)))).toThrow('actual cost limit exceeded');
});
