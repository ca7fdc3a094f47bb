const digits = /^\d$/;

/** What is wrong, and the rest of the text where it is. */
interface Problem {
  readonly message: string;
  readonly at?: string;
}

const problemOfV4 = (text: string): Problem | undefined => {
  let [value, count, fields] = [0, 0, 0];
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (digits.test(character)) {
      if (count === 1 && value === 0) return { message: 'IPv4 field has octet with leading zero' };
      value = value * 10 + Number(character);
      count++;
      if (value > 255) return { message: 'IPv4 field has value >255' };
    } else if (character === '.') {
      if (index === 0 || index === text.length - 1 || text[index - 1] === '.')
        return { message: 'IPv4 field must have at least one digit', at: text.slice(index) };
      if (fields === 3) return { message: 'IPv4 address too long' };
      fields++;
      [value, count] = [0, 0];
    } else return { message: 'unexpected character', at: text.slice(index) };
  }
  return fields < 3 ? { message: 'IPv4 address too short' } : undefined;
};

const problemOfV6 = (text: string): Problem | undefined => {
  let ellipsis = text.startsWith('::') ? 0 : -1;
  let rest = ellipsis === 0 ? text.slice(2) : text;
  if (ellipsis === 0 && rest === '') return undefined;
  let bytes = 0;
  while (bytes < 16) {
    const group = /^[0-9a-fA-F]*/.exec(rest)?.[0] ?? '';
    if (group.length > 4) return { message: 'each group must have 4 or less digits', at: rest };
    if (group === '') return { message: 'each colon-separated field must have at least one digit', at: rest };
    if (rest[group.length] === '.') {
      if (ellipsis < 0 && bytes !== 12)
        return { message: 'embedded IPv4 address must replace the final 2 fields of the address', at: rest };
      if (bytes > 12) return { message: 'too many hex fields to fit an embedded IPv4 at the end of the address', at: rest };
      const inner = problemOfV4(rest);
      if (inner) return inner;
      [rest, bytes] = ['', bytes + 4];
      break;
    }
    bytes += 2;
    rest = rest.slice(group.length);
    if (rest === '') break;
    if (!rest.startsWith(':')) return { message: 'unexpected character, want colon', at: rest };
    if (rest.length === 1) return { message: 'colon must be followed by more characters', at: rest };
    rest = rest.slice(1);
    if (!rest.startsWith(':')) continue;
    if (ellipsis >= 0) return { message: 'multiple :: in address', at: rest };
    ellipsis = bytes;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') return { message: 'trailing garbage after address', at: rest };
  if (bytes < 16) return ellipsis < 0 ? { message: 'address string too short' } : undefined;
  return ellipsis >= 0 ? { message: 'the :: must expand to at least one field of zeros' } : undefined;
};

const problemOf = (text: string): Problem | undefined => {
  const telling = /[.:%]/.exec(text)?.[0];
  if (telling === '.') return problemOfV4(text);
  if (telling === '%') return { message: 'missing IPv6 address' };
  if (telling === undefined) return { message: 'unable to parse IP' };
  const zone = text.indexOf('%');
  if (zone === text.length - 1) return { message: 'zone must be a non-empty string' };
  return problemOfV6(zone < 0 ? text : text.slice(0, zone));
};

/** Why a text is no IP address, in the words of Go's netip.ParseAddr; undefined when it is one, with a zone or without. */
export const addressProblem = (text: string): string | undefined => {
  const problem = problemOf(text);
  if (!problem) return undefined;
  const at = problem.at === undefined ? '' : ` (at ${JSON.stringify(problem.at)})`;
  return `ParseAddr(${JSON.stringify(text)}): ${problem.message}${at}`;
};

/** Why a text is no CIDR, in the words of netip.ParsePrefix; undefined when it is one. */
export const blockProblem = (text: string): string | undefined => {
  const said = (message: string): string => `netip.ParsePrefix(${JSON.stringify(text)}): ${message}`;
  const slash = text.lastIndexOf('/');
  if (slash < 0) return said("no '/'");
  const [address, bits] = [text.slice(0, slash), text.slice(slash + 1)];
  const problem = addressProblem(address);
  if (problem !== undefined) return said(problem);
  if (address.includes('%')) return said('IPv6 zones cannot be present in a prefix');
  if (!/^(?:0|[1-9]\d*)$/.test(bits)) return said(`bad bits after slash: ${JSON.stringify(bits)}`);
  return Number(bits) > (address.includes(':') ? 128 : 32) ? said('prefix length out of range') : undefined;
};
