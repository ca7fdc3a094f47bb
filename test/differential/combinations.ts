/** Every text that a template makes of one choice from each of its lists. */
export const productOf = (parts: TemplateStringsArray, ...choices: readonly (readonly string[])[]): string[] =>
  choices.reduce<string[]>(
    (made, list, index) => made.flatMap((head) => list.map((choice) => `${head}${choice}${parts.raw[index + 1]}`)),
    [parts.raw[0] ?? ''],
  );
