import { productOf } from './combinations.ts';

/** The object that every rule of the CEL lane sees as `self`, with its schema. */
export const celSchema = {
  type: 'object',
  properties: {
    s: { type: 'string', maxLength: 20 },
    t: { type: 'string', maxLength: 20 },
    i: { type: 'integer' },
    n: { type: 'number' },
    b: { type: 'boolean' },
    l: { type: 'array', maxItems: 5, items: { type: 'integer' } },
    ls: { type: 'array', maxItems: 5, items: { type: 'string', maxLength: 10 } },
    ln: { type: 'array', maxItems: 5, items: { type: 'number' } },
    set: { type: 'array', maxItems: 5, 'x-kubernetes-list-type': 'set', items: { type: 'string', maxLength: 10 } },
    m: { type: 'object', maxProperties: 5, additionalProperties: { type: 'string', maxLength: 10 } },
    mi: { type: 'object', maxProperties: 5, additionalProperties: { type: 'integer' } },
    lm: {
      type: 'array',
      maxItems: 5,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['k'],
      items: { type: 'object', required: ['k'], properties: { k: { type: 'string', maxLength: 5 }, v: { type: 'integer' } } },
    },
    o: { type: 'object', properties: { a: { type: 'string', maxLength: 5 }, c: { type: 'integer' } } },
    raw: { type: 'string', format: 'byte', maxLength: 20 },
    at: { type: 'string', format: 'date-time' },
    day: { type: 'string', format: 'date' },
    d: { type: 'string', format: 'duration' },
    any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: { type: 'integer' } } },
    either: { 'x-kubernetes-int-or-string': true },
    absent: { type: 'string', maxLength: 10 },
    nothing: { type: 'string', nullable: true, maxLength: 10 },
  },
} as const;

export const celObject = {
  s: 'héllo, Wörld',
  t: 'a,b,c',
  i: 7,
  n: 1.5,
  b: true,
  l: [3, 1, 2],
  ls: ['b', 'a', 'c'],
  ln: [0.5, 2],
  set: ['x', 'y'],
  m: { a: '1', 'b.c': '2' },
  mi: { one: 1, two: 2 },
  lm: [
    { k: 'a', v: 1 },
    { k: 'b', v: 2 },
  ],
  o: { a: 'x', c: 3 },
  raw: 'aGVsbG8=',
  at: '2024-02-29T12:34:56.789Z',
  day: '2024-02-29',
  d: '1h30m',
  any: { known: 1, other: 'z' },
  either: 5,
};

const strings = ["''", "'abc'", 'self.s', "'a,b,,c'", "'日本語'", "'ß😀x'", 'self.t', "'  pad\\t'"];
const integers = ['-1', '0', '1', '3', '100', '9223372036854775807'];

const stringCases = [
  ...productOf`${strings}.${['size()', 'lowerAscii()', 'upperAscii()', 'trim()', 'reverse()', "split(',')", "split('')", "charAt(0)"]}`,
  ...productOf`${["'abcabc'", "'日本語'", "''", 'self.s']}.${['charAt', 'substring']}(${integers})`,
  ...productOf`${["'abcabc'", "'日本語'"]}.substring(${['0', '1', '3']}, ${['0', '2', '3', '7', '-1']})`,
  ...productOf`${["'abcabc'", "''", 'self.s']}.${['indexOf', 'lastIndexOf']}(${["''", "'c'", "'zz'", 'self.t']})`,
  ...productOf`'abcabc'.${['indexOf', 'lastIndexOf']}(${["''", "'c'", "'a'"]}, ${integers})`,
  ...productOf`'a,b,,c'.split(${["','", "''", "',,'", "'x'"]}, ${['-1', '0', '1', '2', '10']})`,
  ...productOf`'aaa'.replace(${["'a'", "''", "'aa'"]}, ${["'b'", "''"]})`,
  ...productOf`'aaa'.replace('a', 'bb', ${['-1', '0', '1', '2', '5']})`,
  ...productOf`${["['a','b']", '[]', 'self.ls', "['é']", '[1]', "['a', 1]"]}.join(${["''", "','"]})`,
  ...productOf`${strings}.${['startsWith', 'endsWith', 'contains']}(${["''", "'a'", "'c'", "'語'"]})`,
  ...productOf`${['string', 'int', 'uint', 'double', 'bytes', 'bool', 'timestamp', 'duration', 'dyn', 'type', 'size']}(${[
    "'1'", "'x'", '1', '-1', '1u', '1.5', "b'ab'", 'true', "'true'", "'TRUE'", "'t'", "timestamp('2024-01-01T00:00:00Z')", "duration('90s')", 'null', "'1e3'", "'-0'", "'9223372036854775808'", '1e30', "'2024-01-01'", "'1h1m1.5s'", "'1d'", 'self.i', 'self.s', 'self.n', 'self.raw', 'self.at', 'self.d', 'self.day', 'self.either', "'NaN'", "'inf'", '[1]', '{}', "b'\\xff'",
  ]})`,
  "strings.quote('a\"b\\n')", "strings.quote(self.s)", "'a'.format([])", "'%'.format([])", "'%%'.format([])", "'%s'.format(['a','b'])", "'%s %s'.format(['a'])",
  ...productOf`'%${['s', 'd', 'f', '.2f', 'e', '.3e', 'x', 'X', 'o', 'b', 'q', 'z', '.0f', '5d', '.20f']}'.format([${[
    "'a'", '1', '-255', '1u', '1.5', '-0.0', '1e100', 'true', 'null', "b'ab'", '[1,"a"]', '{"b":1,"a":2}', "timestamp('2024-01-01T00:00:00Z')", "duration('90.5s')", 'int', 'self.l', 'self.o', "double('NaN')", "double('Infinity')", '[]', '{}', '{1: true, 2u: [1.5]}', 'quantity("1")', 'self.at', 'self.raw', 'optional.of(1)', "ip('1.2.3.4')",
  ]}])`,
]; // prettier-ignore

const lists = ['[]', '[1]', '[3,1,2]', "['b','a']", 'self.l', 'self.ls', 'self.ln', '[1.5, 2.5]', '[1u,2u]', '[true,false]', "[duration('1s'),duration('2s')]", "[timestamp('2024-01-01T00:00:00Z')]", "[b'a']", '[[1],[2]]', '[null]', '[1, 2.5]', "[1,'a']", 'self.set', 'self.lm', "[quantity('1')]"]; // prettier-ignore
const listCases = [
  ...productOf`${lists}.${['isSorted()', 'sum()', 'min()', 'max()', 'indexOf(1)', "lastIndexOf('a')", 'reverse()', 'distinct()', 'sort()', 'flatten()', 'first()', 'last()', 'size()', 'slice(0,1)', 'slice(1,0)', 'slice(-1,1)', 'slice(0,100)', 'sortBy(x, x)', 'flatten(0)', 'flatten(2)', 'flatten(-1)', 'exists(x, x == x)', 'all(x, x != x)', 'exists_one(x, x == 1)', 'map(x, [x])', 'filter(x, false)', 'map(x, x == x, x)']}`,
  ...productOf`lists.range(${integers.filter((integer) => integer.length < 10)}).size()`,
  '[[1,[2,[3,[4]]]]].flatten(1)', '[[1,[2,[3,[4]]]]].flatten(3)', '[dyn(1),dyn([2])].flatten()', '[1,1.0,1u].distinct()', '[[1],[1]].distinct()', '[{},{}].distinct()',
  "self.lm.sortBy(e, -e.v).map(e, e.k)", "self.ls.sortBy(e, e.size())", "[1,2,3].sortBy(x, x % 2 == 0)", '[3,2].sort()[0]', '[1,2].sort() + [3]',
  ...productOf`sets.${['contains', 'equivalent', 'intersects']}(${['[]', '[1,2]', '[1,1.0]', "['a']", 'self.l', 'self.ls']}, ${['[]', '[1]', '[2,1,1]', "['b','a','c']", '[[1]]']})`,
  ...productOf`1 in ${['[]', '[1]', '[1.0]', "{1:'a'}", '{1u: 2}', 'self.l', "['a']", 'self.m', "{'a': 1}"]}`,
  ...productOf`[1,2,3][${['0', '-1', '3', '1.0', '1u', '1.5', "'a'", 'self.i']}]`,
  ...productOf`{'a':1, 'b':2}[${["'a'", "'c'", '1', 'self.s']}]`,
  '{1:1}[1.0]', '{1:1}[1u]', '{true: 2}[true]', "{'a':1}.a", "{'a':1}.b", "has({'a':1}.a)", "has({'a':1}.b)", '{1:1, 1:2}', '{1:1, 1u:2}', "{'a': 1, 'a': 2}", '{[1]: 1}', '{1.5: 1}', '{null: 1}',
  ...productOf`${['[1,2]', "['a']", 'self.l', 'self.ls', 'self.m', 'self.mi', "{'k': 1}", 'self.lm']}.${['all(i, v, v != v)', 'exists(i, v, true)', 'existsOne(i, v, true)', 'exists_one(i, v, true)', 'transformList(i, v, v)', 'transformList(i, v, i == i, i)', 'transformMap(i, v, i)', 'transformMap(i, v, v == v, v)', 'transformMapEntry(i, v, {v: i})', 'transformMapEntry(i, v, true, {i: v})', 'all(i, i, true)', 'transformMapEntry(i, v, {1: 1})', 'transformMapEntry(i, v, {})', "transformMapEntry(i, v, {'x': 1, 'y': 2})"]}`,
]; // prettier-ignore

const quantities = [
  "'1'",
  "'1.5Gi'",
  "'-100m'",
  "'1e3'",
  "''",
  "'abc'",
  "'1E'",
  "'0.5n'",
  "'1.'",
  "'.5'",
  "'99999999999999999999'",
  "'1Ki '",
  "'100k'",
  "'1kk'",
  'self.s',
  '1',
];
const addresses = [
  "'1.2.3.4'",
  "'::1'",
  "'::ffff:1.2.3.4'",
  "'1.2.3'",
  "'01.2.3.4'",
  "'fe80::1%eth0'",
  "'2001:DB8::1'",
  "'0.0.0.0'",
  "'127.0.0.1'",
  "'169.254.1.1'",
  "'224.0.0.1'",
  "'ff02::1'",
  "'::'",
  "'255.255.255.255'",
  "'10.0.0.1/8'",
  'self.s',
  '1',
];
const ranges = [
  "'10.0.0.0/8'",
  "'10.1.2.3/8'",
  "'2001:db8::/32'",
  "'::/0'",
  "'10.0.0.0/33'",
  "'10.0.0.0'",
  "'010.0.0.0/8'",
  "'::ffff:10.0.0.0/104'",
  "'0.0.0.0/0'",
  "'1.2.3.4/32'",
];
const numberLike = [
  ...productOf`${['isQuantity']}(${quantities})`,
  ...productOf`quantity(${quantities}).${['isInteger()', 'asInteger()', 'asApproximateFloat()', 'sign()']}`,
  ...productOf`quantity(${["'1'", "'1.5Gi'", "'-100m'"]}).${['isGreaterThan', 'isLessThan', 'compareTo']}(quantity(${["'1000m'", "'1Gi'", "'x'"]}))`,
  ...productOf`quantity(${["'1'", "'1.5Gi'", "'9223372036854775807'"]}).${['add', 'sub']}(${['1', "quantity('100m')", "quantity('1Gi')", "'1'", '1.5']}).asApproximateFloat()`,
  ...productOf`quantity(${["'1'", "'1k'", "'1000m'"]}) == quantity(${["'1'", "'1000'", "'1000m'"]})`,
  "quantity('1') < quantity('2')", "quantity('1') == 1", "type(quantity('1')) == quantity", "[quantity('1')].exists(q, q == quantity('1000m'))", "string(quantity('1'))",
  ...productOf`${['isIP', 'ip.isCanonical', 'isCIDR']}(${[...addresses, ...ranges]})`,
  ...productOf`ip(${addresses}).${['family()', 'isUnspecified()', 'isLoopback()', 'isLinkLocalMulticast()', 'isLinkLocalUnicast()', 'isGlobalUnicast()']}`,
  ...productOf`string(${['ip', 'cidr']}(${["'1.2.3.4'", "'2001:DB8::0:1'", "'10.1.2.3/8'", "'2001:DB8::/32'", "'::ffff:1.2.3.4'"]}))`,
  ...productOf`cidr(${ranges}).${['prefixLength()', 'ip().family()', 'masked() == cidr(\'10.0.0.0/8\')', "containsIP('10.1.1.1')", "containsIP(ip('10.1.1.1'))", "containsIP('x')", "containsIP('::1')", "containsCIDR('10.1.0.0/16')", "containsCIDR(cidr('10.0.0.0/8'))", "containsCIDR('::/0')", "containsCIDR('x')"]}`,
  "ip('1.2.3.4') == ip('1.2.3.4')", "ip('::1') == ip('0:0::1')", "type(ip('::1'))", "type(cidr('::/1'))", "ip.isCanonical('::1', 1)", "cidr('10.0.0.0/8') == cidr('10.1.0.0/8')", 'ip == net.IP', "isIP('1.2.3.4', 4)", "ip.isCanonical(ip('::1'))",
  ...productOf`isSemver(${["'1.2.3'", "'v1.2.3'", "'1.2'", "'1.2.3-rc.1+b'", "'01.2.3'", "''", "'1.2.3.4'", '1']})`,
  ...productOf`isSemver(${["'v1.2.3'", "'1.2'", "'v1'", "'01.02.3'", "'1.2.3-01'", "'a'"]}, ${['true', 'false', '1']})`,
  ...productOf`semver(${["'1.2.3'", "'1.2.3-rc.1'", "'x'", "'v1.2.3'"]}).${['major()', 'minor()', 'patch()', "compareTo(semver('1.2.3'))", "isGreaterThan(semver('1.2.3-alpha'))", "isLessThan(semver('2.0.0'))"]}`,
  ...productOf`semver(${["'v1.2.3'", "'1'", "'1.02'"]}, true).${['major()', 'patch()']}`, "semver('1.2.3') == semver('1.2.3+x')", "semver('1.2.3-1') == semver('1.2.3-01')", "type(semver('1.0.0'))",
]; // prettier-ignore

const urls = [
  "'https://user:pw@example.com:80/a%20b?x=1&x=2&y=%26#frag'",
  "'/path?k'",
  "'http://[::1]:8080'",
  "''",
  "'example.com'",
  "'http://a b'",
  "':x'",
  "'mailto:a@b'",
  "'https://EXAMPLE.com'",
  "'http://x:y'",
  "'//host/p'",
  "'http://host?a;b'",
];
const textLike = [
  ...productOf`isURL(${urls})`,
  ...productOf`url(${urls}).${['getScheme()', 'getHost()', 'getHostname()', 'getPort()', 'getEscapedPath()', 'getQuery()']}`,
  "url('https://a') == url('https://a')", "url('https://a') == url('https://A')", "type(url('https://a'))", "string(url('https://a'))", "url('http://x/?a=1')['a']",
  ...productOf`'abc 123 456'.${['find', 'findAll', 'matches']}(${["'[0-9]+'", "'('", "''", "'(?i)ABC'", "'\\\\d'", "'(a)(b)'", 'self.s', "'x|y'", "'(?<n>a)'", "'(?P<n>a)'", "'a{1001}'", "'\\\\C'", "'[[:alpha:]]+'", "'a**'", "'(?=a)'", "'\\\\pL+'"]})`,
  ...productOf`'abc 123 456'.findAll('[0-9]+', ${['-1', '0', '1', '5']})`,
  "matches('abc', 'b')", "matches(self.s, 'l+')", "'日本語'.find('本.')", "'a\\nb'.matches('a.b')", "'a\\nb'.matches('(?s)a.b')", "self.s.matches(self.t)",
  ...productOf`format.${['dns1123Label', 'dns1123Subdomain', 'dns1035Label', 'qualifiedName', 'dns1123LabelPrefix', 'dns1123SubdomainPrefix', 'dns1035LabelPrefix', 'labelValue', 'uri', 'uuid', 'byte', 'date', 'datetime', 'nothing']}().validate(${["'abc'", "''", "'A_B'", "'a.b/c'", "'a-'", "'2024-02-30'", "'2024-02-29T00:00:00Z'", "'YQ=='", "'-'", "'https://x/y'", "'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'", 'self.s', '1']})`,
  ...productOf`format.named(${["'dns1123Label'", "'x'", 'self.s', "'uuid'"]}).${['hasValue()', "value().validate('A')", "orValue(format.byte()).validate('A')"]}`,
  "format.dns1123Label() == format.dns1123Label()", "type(format.uri())", "string(format.uri())", "format.dns1123Label().validate('a', 1)", "format.dns1123Label().validate('A').orValue([])",
]; // prettier-ignore

const times = [
  "timestamp('2024-02-29T12:34:56.789Z')",
  "timestamp('0001-01-01T00:00:00Z')",
  "timestamp('2024-12-31T23:59:59+05:30')",
  'self.at',
  'self.day',
  'timestamp(0)',
  "timestamp('9999-12-31T23:59:59.999999999Z')",
];
const zones = ['', "'America/New_York'", "'+05:30'", "'-08:00'", "'Nowhere/X'", "'UTC'", "''", "'05:30'", "'Local'"];
const timeCases = [
  ...productOf`${times}.${['getFullYear', 'getMonth', 'getDate', 'getDayOfMonth', 'getDayOfWeek', 'getDayOfYear', 'getHours', 'getMinutes', 'getSeconds', 'getMilliseconds']}()`,
  ...productOf`timestamp('2024-03-10T09:30:00Z').${['getHours', 'getDate', 'getDayOfYear', 'getMonth', 'getDayOfMonth']}(${zones})`,
  ...productOf`duration(${["'1h30m'", "'-1.5s'", "'1ms1us1ns'", "'1d'", "''", "'1'", "'1h1h'", "'9223372036s'", "'99999999999h'"]}).${['getHours()', 'getMinutes()', 'getSeconds()', 'getMilliseconds()', 'size()']}`,
  ...productOf`${times}${[" + duration('1h')", " - duration('1h')", ' - timestamp(0)', ' < timestamp(1)', " == timestamp('2024-02-29T12:34:56.789Z')", " + timestamp(0)", ' + 1']}`,
  ...productOf`duration('1h')${[" + duration('1m')", " - duration('2h')", ' + timestamp(0)', " < duration('1m')", ' * 2', " == duration('60m')", ' > self.d', ' / 2']}`,
  "timestamp('2024-02-30T00:00:00Z')", "timestamp('2024-02-29')", "timestamp('2024-02-29T24:00:00Z')", "timestamp('2024-02-29t00:00:00z')", "timestamp(253402300800)", "timestamp(-62135596801)", 'timestamp(1.5)', 'string(timestamp(0))', "string(duration('90m'))", "string(duration('0.000001s'))", 'int(timestamp(1))', "int(duration('1s'))", 'string(self.at)', 'string(self.day)', 'string(self.d)', 'self.at.getMonth() + self.d.getHours()', 'self.d == duration("90m")',
]; // prettier-ignore

const scalars = [
  '1',
  '-7',
  '3u',
  '1.5',
  "'a'",
  'true',
  'null',
  "b'a'",
  '[1]',
  '{}',
  'self.i',
  'self.n',
  'self.either',
  'dyn(1)',
  '9223372036854775807',
  '-9223372036854775808',
  '18446744073709551615u',
  '0',
  '0.0',
];
const operatorCases = [
  ...productOf`${scalars} ${['+', '-', '*', '/', '%', '==', '<', '>=', 'in', '&&']} ${['0', '2', '2u', '0.5', "'b'", 'dyn(2)', '[2]', '-1', 'self.i', 'null']}`,
  ...productOf`${['-', '!', '--', '!!']}${['1', '1u', '1.5', 'true', "'a'", 'self.i', 'self.b', 'self.s', '(-9223372036854775808)', 'null']}`,
  'true || 1/0 == 1', '1/0 == 1 || true', 'false && 1/0 == 1', '1/0 == 1 && false', '1/0 == 1 && true', "self.b ? 1 : 'a'", 'true ? 1 : 1/0', '1 ? 2 : 3', "'a' < 'b'", "b'a' < b'b'", 'true < false', "'a' + 'b' + self.s", "b'a' + b'b'", '[1] + [2]', "[1] + ['a']", '{} + {}', '1 == 1.0', '1 == 1u', 'dyn(1) == 1.0', "dyn(1) == 'a'", '1 < 1.5', '1u < 2', "dyn('a') < 1", '1.0 / 0.0', '-1.0 / 0.0', '0.0 / 0.0', '5 % 3', '-5 % 3', '5 % -3', '5.0 % 2.0', '9223372036854775807 + 1', '-9223372036854775808 - 1', '-9223372036854775808 / -1', '0u - 1u', '0x10', '-0x10', '0xFFFFFFFFFFFFFFFF', '0xFFFFFFFFFFFFFFFFu', '1e400', '.5', '1.', '1_000', '010', "'\\u00e9\\U0001F600\\x41\\101'", "r'\\n'", '"""a\nb"""', "'\\q'", "'a\nb'", "b'\\u00e9'", "b'\\xff'", '// x', '1 // x', 'a.b.c', '.self', 'self', 'oldSelf', 'true ?', ')', 'self.', 'self..s', 'self.in', 'if', 'for', 'let x', 'has(self)', 'has(self.s)', 'has(self.absent)', 'has(self.nothing)', 'has(self.nope)', 'self.nope', 'self.absent', 'self.nothing', 'self.nothing == null', "self['s']", 'self.any.known', 'self.any.other', 'has(self.any.other)', 'self.m.a', "self.m['b.c']", 'self.m.z', "'a' in self.m", "'a' in self.o", 'self.o.a', "self.o == {'a':'x','c':3}", 'self.lm[0].v', "self.lm == [{'k':'b','v':2},{'k':'a','v':1}]", "self.set == ['y','x']", "self.set + ['x']", "self.lm + self.lm", 'self.l == [1,2,3]', 'self.either == 5', "self.either == '5'", 'type(self.either) == int', 'type(self)', 'type(self.o)', 'type(1)', 'type(type(1))', 'type(null)', 'type([])', 'type({})', "type(b'')", 'int', 'string', 'map', 'list', 'null_type', 'bool == bool', 'google.protobuf.Timestamp', 'google.protobuf.Timestamp{seconds: 1}', 'google.protobuf.Int64Value{value: 1}', 'Object{}', 'x{}', 'self.raw', "self.raw == b'hello'", 'size(self.raw)', 'string(self.raw)', 'self.map', 'self.m.map(k, k)', 'self.m.exists(k, self.m[k] == "2")', 'self.mi.all(k, self.mi[k] > 0)', '[1,2].map(x, x * 2).filter(x, x > 2)', '[[1,2],[3]].map(x, x.map(y, y + 1))', 'self.l.all(self, self > 0)', '[1].map(1, 2)', '[1].all(x)', '[1].all(x.y, true)', '"a".all(x, true)', '1.all(x, true)', '{}.all(k, true)', 'cel.bind(x, 1, x)', 'math.abs(1)', 'math.greatest(1)', "base64.encode(b'a')", "'a'.foo()", 'foo(1)', "'a'.size(1)", 'size()', 'self.s.size', '__x__', 'self.__in__', "authorizer.path('/x')", 'authorizer', 'request', 'object', 'params', 'variables.x', 'namespaceObject', 'matches', "jsonpatch.escapeKey('a/b')", 'JSONPatch{}', 'dyn(self).s', 'dyn(self).zz', 'has(dyn(self).zz)', 'dyn([1])[0]', 'size(dyn([1]))', '[dyn(1), "a"]', '{"a": dyn(1), "b": "x"}', '[1, null]', '[{}, {"a": 1}]', '[[], [1]]', '{"a": [], "b": [1]}',
]; // prettier-ignore

const optionalCases = [
  ...productOf`${['optional.none()', 'optional.of(1)', "optional.of('')", 'optional.ofNonZeroValue(0)', "optional.ofNonZeroValue('a')", 'optional.ofNonZeroValue([])', 'self.?s', 'self.?absent', 'self.?nothing', "self.m[?'a']", "self.m[?'z']", 'self.l[?0]', 'self.l[?9]', 'self.l[?-1]', 'self.?o.?a', 'self.?o.a', 'self.?any.?other', '[1].first()', '[].last()', 'self.?nope', "{'a':{'b':1}}[?'a'].b", "{'a':{'b':1}}[?'x'].b"]}.${['hasValue()', 'value()', 'orValue(1)', "orValue('x')", 'or(optional.of(2)).value()', 'optMap(x, [x])', 'optFlatMap(x, optional.of(x))', 'optMap(x, x).hasValue()']}`,
  '[?optional.none(), 1]', "[?optional.of(1), ?self.?i]", "{?'a': optional.of(1)}", "{?'a': optional.none()}", '[?1]', "{?'a': 1}", 'optional.of(1) == optional.of(1)', 'optional.none() == optional.none()', 'optional.of(1) == 1', 'type(optional.none())', 'has(self.?s)', 'has(self.?o.a)', 'optional.unwrap([optional.of(1), optional.none()])', '[optional.of(1), optional.none()].unwrapOpt()', 'self.?s.size()', 'optional.of(1).optMap(1, 2)', 'optional.of(optional.of(1)).value().value()', 'self.?ls[0].orValue("x")', 'self.?ls[?7].orValue("x")',
]; // prettier-ignore

/** Expressions by what they try. */
export const celCases: Readonly<Record<string, readonly string[]>> = {
  strings: stringCases,
  lists: listCases,
  numbers: numberLike,
  texts: textLike,
  times: timeCases,
  operators: operatorCases,
  optionals: optionalCases,
};
