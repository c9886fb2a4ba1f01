import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type DoorName, doorNames, type KeyScope, keyScopes } from '../../shared/contract/domain.ts';
import { type DoorVerb, doors, mayDo, scopeOf } from './doors.ts';
import { presetOf, presets, withDoor, withVerb } from './presets.ts';

const single = keyScopes.filter((scope) => scope !== 'all');
const anyScopes = fc.subarray<KeyScope>([...single]);

test('the boxes are exactly the scopes that there are', () => {
  const boxes = doors.flatMap(({ door, verbs }) =>
    Object.keys(verbs).map((verb) => scopeOf(door, verb as DoorVerb)),
  );
  expect(boxes.toSorted()).toEqual([...single].toSorted());
  expect(doors.map(({ door }) => door)).toEqual([...doorNames]);
});

test('a preset is found again by its scopes in any order, and by no others', () => {
  for (const preset of presets) {
    expect(new Set(preset.scopes).size).toBe(preset.scopes.length);
    expect(presetOf(preset.scopes.toReversed())).toBe(preset);
  }
  expect(presetOf(['execution:run'])).toBeUndefined();
  expect(presetOf([])).toBeUndefined();
});

test('"Read only" lets nothing be written or started, "Read and write" nothing be minted or sent elsewhere', () => {
  const scopes = (value: string) => presets.find((preset) => preset.value === value)?.scopes ?? [];
  expect(scopes('read')).toHaveLength(doors.length);
  expect(scopes('read').every((scope) => scope.endsWith(':read'))).toBe(true);
  expect(scopes('write')).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/:(sources|webhooks|tokens)$/)]),
  );
});

test('a box changes its own right and no other', () => {
  fc.assert(
    fc.property(anyScopes, fc.constantFrom(...single), fc.boolean(), (scopes, scope, on) => {
      const [door, verb] = scope.split(':') as [DoorName, DoorVerb];
      const next = withVerb(scopes, door, verb, on);
      expect(mayDo(next, door, verb)).toBe(on);
      expect(next.filter((each) => each !== scope)).toEqual(scopes.filter((each) => each !== scope));
      expect(new Set(next).size).toBe(next.length);
    }),
  );
});

test('the box of an API takes or leaves all of its rights', () => {
  fc.assert(
    fc.property(anyScopes, fc.constantFrom(...doorNames), fc.boolean(), (scopes, door, on) => {
      const own = single.filter((scope) => scope.startsWith(`${door}:`));
      const next = withDoor(scopes, door, on);
      expect(own.filter((scope) => next.includes(scope))).toEqual(on ? own : []);
    }),
  );
});
