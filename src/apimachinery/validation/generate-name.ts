const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
const suffixLength = 5;
const maxBaseLength = 63 - suffixLength;

/**
 * A name from metadata.generateName: the base, cut to 58, and five random characters without vowels.
 * @param random uniform in [0, 1)
 */
export const generateName = (base: string, random: () => number): string => {
  let suffix = '';
  for (let i = 0; i < suffixLength; i++) suffix += alphabet[Math.floor(random() * alphabet.length)];
  return base.slice(0, maxBaseLength) + suffix;
};
