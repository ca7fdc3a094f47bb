import { badRequest } from '../../apimachinery/errors/api-errors.ts';
import { goQuote } from '../../apimachinery/text/go-quote.ts';

const largest = 2n ** 63n - 1n;

/** An integer of 64 bits in a query; undefined when the parameter is absent. @throws StatusError BadRequest in Go's words, for an empty one too */
export const queryInteger = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null) return undefined;
  const refuse = (why: string): Error => badRequest(`strconv.ParseInt: parsing ${goQuote(text)}: ${why}`);
  if (!/^[+-]?[0-9]+$/.test(text)) throw refuse('invalid syntax');
  if (text.length < 16) return Number(text);
  const value = BigInt(text.replace(/^\+/, ''));
  if (value > largest || value < -largest - 1n) throw refuse('value out of range');
  return Number(value);
};
