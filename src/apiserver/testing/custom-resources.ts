import { customResourcesExtension } from '../customresources/extension.ts';
import type { ServerExtensionFactory } from '../extension.ts';
import { createCelMeasures } from '../metrics/cel-measures.ts';
import { createMetricsRegistry } from '../metrics/registry.ts';

/** CustomResourceDefinitions, with what they report on a registry of their own. */
export const customResources = (): ServerExtensionFactory => {
  const metrics = createMetricsRegistry();
  return customResourcesExtension(metrics, createCelMeasures(metrics));
};
