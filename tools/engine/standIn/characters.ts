import { randomInt } from "node:crypto";

/** How many characters, and of which sorts. */
export interface CharacterSpec {
  readonly length: number;
  readonly lower: boolean;
  readonly upper: boolean;
  readonly numeric: boolean;
  readonly special: boolean;
  readonly minLower: number;
  readonly minUpper: number;
  readonly minNumeric: number;
  readonly minSpecial: number;
  readonly overrideSpecial?: string | undefined;
}

export const alphabets = {
  lower: "abcdefghijklmnopqrstuvwxyz",
  upper: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  numeric: "0123456789",
  special: "!@#$%&*()-_=+[]{}<>:?",
} as const;

/**
 * A random string: first the minimum of each sort, then the rest from all sorts that are switched on, and the
 * whole in random order. As in the plugin, a minimum counts even where its sort is switched off, and a character
 * that `overrideSpecial` names twice is twice as likely. Unlike there, characters are never cut into bytes.
 */
export function randomCharacters(spec: CharacterSpec): string {
  const sorts = [
    { on: spec.upper, least: spec.minUpper, alphabet: Array.from(alphabets.upper) },
    { on: spec.lower, least: spec.minLower, alphabet: Array.from(alphabets.lower) },
    { on: spec.numeric, least: spec.minNumeric, alphabet: Array.from(alphabets.numeric) },
    {
      on: spec.special,
      least: spec.minSpecial,
      alphabet: Array.from(spec.overrideSpecial || alphabets.special),
    },
  ];
  const least = sorts.flatMap((sort) => pick(sort.alphabet, sort.least));
  const all = sorts.flatMap((sort) => (sort.on ? sort.alphabet : []));
  return shuffle([...least, ...pick(all, spec.length - least.length)]).join("");
}

function pick(alphabet: readonly string[], count: number): string[] {
  const one = (index: number) => alphabet.slice(index, index + 1);
  return Array.from({ length: count }, () => one(randomInt(alphabet.length))).flat();
}

function shuffle(characters: readonly string[]): string[] {
  const left = [...characters];
  return characters.flatMap(() => left.splice(randomInt(left.length), 1));
}
