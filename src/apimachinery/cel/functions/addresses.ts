import {
  containsAddress,
  containsBlock,
  formatAddress,
  formatBlock,
  mask,
  parseAddress,
  parseBlock,
  type Address,
  type Block,
} from '../../net/ip-address.ts';
import { addressProblem, blockProblem } from '../../net/address-problem.ts';
import { EvaluationError, OpaqueValue } from '../values.ts';
import { declare, declareMember, parseType, type Overload } from './declare.ts';

type Ip = OpaqueValue<Address>;
type Cidr = OpaqueValue<Block>;
const ipType = parseType('net.IP');
const cidrType = parseType('net.CIDR');
const sameAddress = (left: Address, right: Address): boolean => left.family === right.family && left.bits === right.bits;
const wrapIp = (address: Address): Ip => new OpaqueValue(ipType, address, sameAddress);
const wrapCidr = (block: Block): Cidr =>
  new OpaqueValue(cidrType, block, (left, right) => left.prefixLength === right.prefixLength && sameAddress(left.address, right.address));

const ip = (text: string): Ip => {
  const address = parseAddress(text);
  if (address) return wrapIp(address);
  const quoted = JSON.stringify(text);
  const problem = addressProblem(text);
  if (problem !== undefined) throw new EvaluationError(`IP Address ${quoted} parse error during conversion from string: ${problem}`);
  throw new EvaluationError(
    text.includes('%') ? `IP address ${quoted} with zone value is not allowed` : `IPv4-mapped IPv6 address ${quoted} is not allowed`,
  );
};
const cidr = (text: string): Cidr => {
  const block = parseBlock(text);
  if (block) return wrapCidr(block);
  const prefix = 'network address parse error during conversion from string: ';
  const problem = blockProblem(text);
  const mapped = `IPv4-mapped IPv6 address ${JSON.stringify(text)} is not allowed`;
  throw new EvaluationError(problem === undefined ? prefix + mapped : prefix + prefix + problem);
};

const isLinkLocal = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 16n === 0xa9fen : bits >> 118n === 0x3fan);
const isLoopback = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 24n === 127n : bits === 1n);
const isMulticast = ({ family, bits }: Address): boolean => (family === 4 ? bits >> 28n === 14n : bits >> 120n === 0xffn);
const isLinkLocalMulticast = ({ family, bits }: Address): boolean =>
  family === 4 ? bits >> 8n === 0xe00000n : ((bits >> 112n) & 0xff0fn) === 0xff02n;
const isGlobalUnicast = (address: Address): boolean =>
  address.bits !== 0n &&
  !(address.family === 4 && address.bits === 0xffffffffn) &&
  !isLoopback(address) &&
  !isMulticast(address) &&
  !isLinkLocal(address);

const test = (name: string, holds: (address: Address) => boolean): Overload =>
  declareMember(`${name}(net.IP) bool`, ({ value }: Ip) => holds(value));

const isCanonical = (text: string): boolean => formatAddress(ip(text).value) === text;

/** Kubernetes' IP and CIDR functions. */
export const addresses: readonly Overload[] = [
  declare('ip(string) net.IP', ip),
  declare('isIP(string) bool', (text: string) => parseAddress(text) !== undefined),
  declare('ip.isCanonical(string) bool', isCanonical),
  declareMember('family(net.IP) int', ({ value }: Ip) => BigInt(value.family)),
  declare('string(net.IP) string', ({ value }: Ip) => formatAddress(value)),
  test('isUnspecified', ({ bits }) => bits === 0n),
  test('isLoopback', isLoopback),
  test('isLinkLocalMulticast', isLinkLocalMulticast),
  test('isLinkLocalUnicast', isLinkLocal),
  test('isGlobalUnicast', isGlobalUnicast),
  declare('cidr(string) net.CIDR', cidr),
  declare('isCIDR(string) bool', (text: string) => parseBlock(text) !== undefined),
  declare('string(net.CIDR) string', ({ value }: Cidr) => formatBlock(value)),
  declareMember('containsIP(net.CIDR, net.IP) bool', (block: Cidr, address: Ip) => containsAddress(block.value, address.value)),
  declareMember(
    'containsIP(net.CIDR, string) bool',
    (block: Cidr, text: string) => {
      const address = parseAddress(text);
      // The original loses sight of why.
      if (!address) throw new EvaluationError('no such overload');
      return containsAddress(block.value, address);
    },
    'cidr_contains_ip_string',
  ),
  declareMember('containsCIDR(net.CIDR, net.CIDR) bool', (outer: Cidr, inner: Cidr) => containsBlock(outer.value, inner.value)),
  declareMember(
    'containsCIDR(net.CIDR, string) bool',
    (outer: Cidr, text: string) => containsBlock(outer.value, cidr(text).value),
    'cidr_contains_cidr_string',
  ),
  declareMember('ip(net.CIDR) net.IP', ({ value }: Cidr) => wrapIp(value.address), 'cidr_ip'),
  declareMember('prefixLength(net.CIDR) int', ({ value }: Cidr) => BigInt(value.prefixLength)),
  declareMember('masked(net.CIDR) net.CIDR', ({ value }: Cidr) => wrapCidr(mask(value))),
];
