import assert from "node:assert/strict";
import * as fc from "fast-check";
import { alphabets, randomCharacters, type CharacterSpec } from "../../../tools/engine/standIn/characters";

const count = fc.integer({ min: 0, max: 6 });

/** Specifications that pass the check: at least one sort is on, and the minimums fit. */
const specs: fc.Arbitrary<CharacterSpec> = fc
  .record({
    lower: fc.boolean(),
    upper: fc.boolean(),
    numeric: fc.boolean(),
    special: fc.boolean(),
    minLower: count,
    minUpper: count,
    minNumeric: count,
    minSpecial: count,
    overrideSpecial: fc.constantFrom(undefined, "", "!?", "äß€😀"),
    rest: fc.integer({ min: 1, max: 40 }),
  })
  .filter(({ lower, upper, numeric, special }) => lower || upper || numeric || special)
  .map(({ rest, ...spec }) => {
    const least = spec.minLower + spec.minUpper + spec.minNumeric + spec.minSpecial;
    return { ...spec, length: rest + least };
  });

describe("engine random stand-in: characters", () => {
  it("have the length that was asked for", () => {
    fc.assert(fc.property(specs, (spec) => Array.from(randomCharacters(spec)).length === spec.length));
  });

  it("hold each sort's minimum, and of a sort that is off no more than that", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const result = Array.from(randomCharacters(spec));
        for (const [alphabet, on, least] of sorts(spec)) {
          const found = result.filter((character) => alphabet.includes(character)).length;
          assert.ok(on ? found >= least : found === least, `${found} of ${alphabet} in ${result.join("")}`);
        }
      }),
    );
  });

  it("come from no other alphabet", () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const allowed = sorts(spec).flatMap(([alphabet, on, least]) =>
          on || least > 0 ? Array.from(alphabet) : [],
        );
        assert.deepEqual(
          Array.from(randomCharacters(spec)).filter((character) => !allowed.includes(character)),
          [],
        );
      }),
    );
  });

  it("use every character of every alphabet, in every place", () => {
    const spec = { ...plainSpec, length: 80, minNumeric: 1 };
    const results = Array.from({ length: 200 }, () => randomCharacters(spec));

    assert.deepEqual(new Set(results.join("")), new Set(Object.values(alphabets).join("")));
    assert.ok(new Set(results.map((result) => result.search(/\d/))).size > 3);
    assert.equal(new Set(results).size, results.length);
  });
});

const plainSpec: CharacterSpec = {
  length: 16,
  lower: true,
  upper: true,
  numeric: true,
  special: true,
  minLower: 0,
  minUpper: 0,
  minNumeric: 0,
  minSpecial: 0,
};

function sorts(spec: CharacterSpec): [alphabet: string, on: boolean, least: number][] {
  return [
    [alphabets.lower, spec.lower, spec.minLower],
    [alphabets.upper, spec.upper, spec.minUpper],
    [alphabets.numeric, spec.numeric, spec.minNumeric],
    [spec.overrideSpecial || alphabets.special, spec.special, spec.minSpecial],
  ];
}
