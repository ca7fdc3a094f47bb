import type { Pod } from '../../../api/core/types.gen.ts';
import type { Informer } from '../../../controller-runtime/contract.ts';

const index = 'node';

export const indexByNode = (pods: Informer<Pod>): void => pods.addIndex(index, ({ spec }) => (spec.nodeName ? [spec.nodeName] : []));

export const podsOn = (pods: Informer<Pod>, nodeName: string): readonly Pod[] => pods.byIndex(index, nodeName);
