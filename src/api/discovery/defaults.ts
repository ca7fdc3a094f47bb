import type { EndpointSlice } from './types.gen.ts';

export const defaultEndpointSlice = ({ ports }: EndpointSlice): void => {
  for (const port of ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
};
