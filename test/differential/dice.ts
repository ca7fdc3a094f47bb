import { pick, type Random } from './random.ts';

/** Draws for one definition: `wildness` from 0 (what people write) to 1 (anything) scales what is rare. */
export interface Dice {
  readonly isWild: boolean;
  /** Rare things grow rarer, and common ones surer, the tamer the definition is. */
  chance(probability: number): boolean;
  below(limit: number): number;
  pick<T>(items: readonly T[]): T;
  /** Of the tame ones alone unless the definition is a wild one. */
  pickTame<T>(tame: readonly T[], wild: readonly T[]): T;
}

export const diceOf = (random: Random, wildness: number): Dice => {
  const isWild = wildness >= 0.5;
  const dice: Dice = {
    isWild,
    chance(probability) {
      const scaled = probability <= 0.1 ? probability * wildness : probability > 0.9 ? 1 - (1 - probability) * wildness : probability;
      return random() < scaled;
    },
    below: (limit) => Math.floor(random() * limit),
    pick: (items) => pick(random, items),
    pickTame: (tame, wild) => pick(random, isWild ? [...tame, ...wild] : tame),
  };
  return dice;
};
