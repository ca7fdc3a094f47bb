import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { NetworkInterfaceInfo } from 'node:os';

/** Whether a server told to listen there listens on every address of the machine. */
export const isEveryAddress = (host: string): boolean => host === '0.0.0.0' || host === '::';

const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

/**
 * The address of a server that listens on `host`, for the Endpoints of the `kubernetes` Service: that address, or, as kube-apiserver has
 * it, this machine's first one when it is every address or loopback, which Endpoints cannot hold. Nothing when no address is of the
 * family of the Service range.
 */
export const advertisedAddress = (
  host: string,
  serviceClusterIPRange: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): string | undefined => {
  const isOfFamily = (address: string): boolean => isIPv6(address) === serviceClusterIPRange.includes(':');
  if (!isEveryAddress(host) && !isLoopback(host)) return /[^\d.:a-f]/.test(host) || !isOfFamily(host) ? undefined : host;
  const own = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  return own.find(({ address, internal }) => !internal && !address.startsWith('fe80:') && isOfFamily(address))?.address;
};
