import type { PersistentVolumeClaim } from '../types.gen.ts';
import { fractionalBytes } from './fractional-bytes.ts';

/** Sizes of a claim that are no whole number of bytes. */
export const claimSpecWarnings = (spec: PersistentVolumeClaim['spec'] | undefined, path: string): string[] => [
  ...fractionalBytes(spec?.resources?.requests, `${path}.resources.requests`, ['storage']),
  ...fractionalBytes(spec?.resources?.limits, `${path}.resources.limits`, ['storage']),
];
