import { Lexer } from 'yaml';

const blockPrefix = /^[ \t?:-]*/gm;

/** A cheap upper bound that also counts what stands inside scalars. */
const mayBeDeep = (text: string, limit: number): boolean => {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > limit) return true;
    } else if ((code === 0x5d || code === 0x7d) && depth > 0) depth--;
  }
  blockPrefix.lastIndex = 0;
  for (const match of text.matchAll(blockPrefix)) if (match[0].length > limit) return true;
  return false;
};

/**
 * Whether collections nest deeper than the limit. Asked before parsing, because the parser's cost explodes with depth.
 * Block collections are measured by columns, so very wide indentation counts as deep too.
 */
export function nestsTooDeep(text: string, limit: number): boolean {
  if (text.length <= limit || !mayBeDeep(text, limit)) return false;
  let flowDepth = 0;
  let columns = 0;
  for (const token of new Lexer().lex(text)) {
    const first = token[0];
    if (first === '\n' || first === '\r') columns = 0;
    else if (token === '[' || token === '{') flowDepth++;
    else if (token === ']' || token === '}') flowDepth--;
    else if (token === '-' || token === '?' || token === ':' || token.trim() === '') columns += token.length;
    if (flowDepth > limit || columns > 2 * limit) return true;
  }
  return false;
}
