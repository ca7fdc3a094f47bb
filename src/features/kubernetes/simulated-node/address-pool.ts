/** IPv4 addresses of one CIDR, each given to one pod. The network's first two addresses (itself, the gateway) are not given out. */
export interface AddressPool {
  /** The address the key has, `preferred` when it is free, or the next free one. @throws Error when all are taken */
  take(key: string, preferred?: string): string;
  free(key: string): void;
}

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toAddress = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');

export const createAddressPool = (cidr: string): AddressPool => {
  const [network = '', bits = '24'] = cidr.split('/');
  const first = toNumber(network) + 2;
  const size = 2 ** (32 - Number(bits)) - 3;
  const byKey = new Map<string, string>();
  const used = new Set<string>();
  let cursor = 0;

  const give = (key: string, address: string): string => {
    byKey.set(key, address);
    used.add(address);
    return address;
  };
  return {
    take: (key, preferred) => {
      const own = byKey.get(key);
      if (own) return own;
      if (preferred && !used.has(preferred)) return give(key, preferred);
      for (let tried = 0; tried < size; tried += 1) {
        const address = toAddress(first + ((cursor + tried) % size));
        if (used.has(address)) continue;
        cursor = (cursor + tried + 1) % size;
        return give(key, address);
      }
      throw new Error(`allocate a pod address from ${cidr}: all ${size} are taken`);
    },
    free: (key) => {
      used.delete(byKey.get(key) ?? '');
      byKey.delete(key);
    },
  };
};
