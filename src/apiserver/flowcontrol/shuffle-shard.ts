/** FNV-1a, 32 bits, of the text's UTF-16 units. */
export const hashText = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
};

/**
 * Deals a hand: `handSize` different numbers below `deckSize`, always the same for the same hash. Two flows rarely get the same hand, so
 * that one which fills its queues leaves others a free one.
 */
export const dealHand = (hash: number, deckSize: number, handSize: number): number[] => {
  const hand: number[] = [];
  let state = hash;
  for (let i = 0; i < handSize && i < deckSize; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let card = Math.floor((state / 2 ** 32) * (deckSize - i));
    for (const taken of hand.toSorted((a, b) => a - b)) if (card >= taken) card++;
    hand.push(card);
  }
  return hand;
};
