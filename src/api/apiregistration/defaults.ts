import type { APIService } from './types.gen.ts';

export const defaultApiService = ({ spec }: APIService): void => {
  if (spec.service) spec.service.port ??= 443;
};
