/** Where the string that opens at `quote` ends in well-formed JSON text. */
export const closingQuote = (text: string, quote: number): number => {
  let end = quote;
  let slashes: number;
  do {
    end = text.indexOf('"', end + 1);
    slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 0x5c) slashes++;
  } while (slashes % 2 === 1);
  return end;
};
