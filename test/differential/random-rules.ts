import type { JsonObject } from '../../src/apimachinery/meta/object.ts';
import type { Dice } from './dice.ts';

/** Rules that fit a type, mostly. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  string: [
    'self.size() > 0', 'self == oldSelf', "self.matches('^[a-z]+$')", 'self.startsWith("a")', 'isURL(self)', 'self == "" || duration(self) > duration("1s")',
    'self.split("").size() > 1', 'self.find("[0-9]+") == ""', 'oldSelf.orValue(self) == self', 'self.lowerAscii() == self', 'self.replace("a", "bbbbbbbbbbbbbbbb").size() < 10',
  ],
  integer: ['self > 0', 'self == oldSelf', 'self in [1,2,3]', 'string(self) == "1"', 'self >= oldSelf'],
  number: ['self > 0.0', 'self == oldSelf', 'self < 1.5'],
  boolean: ['self', 'self == oldSelf', '!oldSelf || self'],
  array: [
    'self.size() > 0', 'self.all(x, self.all(y, x == y))', 'self.all(x, self.all(y, self.all(z, x != y || y != z)))', 'self.exists(x, true)', 'self.map(x, x).size() > 1', 'self.all(i, v, i < 5)',
    'self == oldSelf', 'self[0] == self[1]', 'self.filter(x, x == x).size() == 1', 'self.all(x, oldSelf.exists(y, x == y))',
  ],
  object: [
    'has(self.a)', 'self == oldSelf', 'true', 'has(self.a) && has(self.b)', 'size(self) > 0', 'self.all(k, k.size() > 1)', 'self.?a.hasValue()', '!has(oldSelf.a) || has(self.a)',
  ],
}; // prettier-ignore

/** Rules of all sorts, many of which do not compile where they come to stand. */
const any = [
  'self.a == 1', 'self.all(x, x > 0)', 'self', '1', 'self.b.size() < 10', "self.matches('(')", 'self.exists(k, k == "a")', 'quantity(self).isInteger()', 'self.nope', 'oldSelf.hasValue()', '!has(oldSelf.a)',
  'self.metadata.name == "x"', 'self.spec.a > 1', 'self.sum() > 0', 'self.isSorted()', 'ip(self).family() == 4', 'dyn(self) == 1', '"a" in self', 'size(self) + size(self) < 10', 'self.format == 1', 'self.__if__ == 1',
  'self == ', '', ' ', 'self.a.b.c', 'type(self) == string', 'cel.bind(x, self, x == self)', 'self["a"] == "b"', 'self.a.all(x, x.b.all(y, y == "z"))', 'semver(self).major() > 1', 'format.dns1123Label().validate(self).hasValue()',
  '[1,2,3].all(a, [1,2,3].all(b, a == b))', 'sets.contains(self, ["a"])', 'self == null', 'self.?a.orValue(1) == 1', 'self.existsOne(x, x == 1)', 'self.transformList(i, v, v).size() > 0',
]; // prettier-ignore

/** One of x-kubernetes-validations. */
export const randomRule = (dice: Dice, type: string | undefined): JsonObject => {
  const tame = fitting[type ?? ''] ?? ['true'];
  return {
    rule: dice.isWild ? dice.pick(dice.chance(0.5) ? any : tame) : dice.pick(tame),
    ...(dice.chance(0.2) && { message: dice.pickTame(['m'], ['', 'a\nb', ' ']) }),
    ...(dice.chance(0.2) && {
      messageExpression: dice.pickTame(['"x"', '"a" + string(1)'], ['self', '"a" + string(self)', '1', '(', 'self.nope']),
    }),
    ...(dice.chance(0.15) && {
      reason: dice.pickTame(['FieldValueInvalid', 'FieldValueForbidden'], ['FieldValueRequired', 'FieldValueDuplicate', 'Nope', '']),
    }),
    ...(dice.chance(dice.isWild ? 0.2 : 0.02) && {
      fieldPath: dice.pickTame(['.a', '.b'], ['.a.b', "['a']", '.nope', 'a', '.a[0]', '.', '', '.c["x y"]', '.spec.a']),
    }),
    ...(dice.chance(dice.isWild ? 0.15 : 0.02) && { optionalOldSelf: dice.chance(0.7) }),
  };
};
