import type { FieldError } from '../validation/field-error.ts';
import { forbiddenField, invalid, notSupported, required } from '../validation/field-errors.ts';
import { authorityBundleProblem } from '../x509/authority-bundle.ts';
import { isDns1035Label, isDns1123Subdomain } from '../validation/names.ts';

/** spec.conversion of a CustomResourceDefinition. */
export interface ConversionSpec {
  strategy: string;
  webhook?: {
    conversionReviewVersions?: string[];
    clientConfig?: { url?: string; caBundle?: string; service?: WebhookService };
  };
}
export interface WebhookService {
  name: string;
  namespace: string;
  path?: string;
  port?: number;
}

const knownReviewVersions = ['v1', 'v1beta1'];

interface ConversionOptions {
  /** The bundle must hold certificates: an established definition must not lose its webhook. */
  readonly checksBundle: boolean;
}

export const validateConversion = (
  conversion: ConversionSpec | undefined,
  path: string,
  { checksBundle }: ConversionOptions = { checksBundle: false },
): FieldError[] => {
  if (!conversion) return [];
  const { strategy, webhook } = conversion;
  if (strategy === 'Webhook') {
    return [
      ...validateClientConfig(webhook?.clientConfig, `${path}.webhookClientConfig`),
      ...(checksBundle ? validateBundle(webhook?.clientConfig?.caBundle, `${path}.webhookClientConfig.caBundle`) : []),
      ...validateReviewVersions(webhook?.conversionReviewVersions ?? [], `${path}.conversionReviewVersions`),
    ];
  }
  const errors: FieldError[] = [];
  if (!strategy) errors.push(required(`${path}.strategy`));
  else if (strategy !== 'None') errors.push(notSupported(`${path}.strategy`, strategy, ['None', 'Webhook']));
  const detail = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig) errors.push(forbiddenField(`${path}.webhookClientConfig`, detail));
  if (webhook?.conversionReviewVersions?.length) errors.push(forbiddenField(`${path}.conversionReviewVersions`, detail));
  return errors;
};

const validateBundle = (bundle: string | undefined, path: string): FieldError[] => {
  const problem = bundle ? authorityBundleProblem(bundle) : undefined;
  return problem === undefined ? [] : [invalid(path, bundle, problem)];
};

/** Whether a definition's bundle holds nothing that could be trusted. */
export const hasBadBundle = (conversion: ConversionSpec | undefined): boolean => {
  const bundle = conversion?.webhook?.clientConfig?.caBundle;
  return Boolean(bundle) && authorityBundleProblem(bundle ?? '') !== undefined;
};

type ClientConfig = NonNullable<NonNullable<ConversionSpec['webhook']>['clientConfig']>;

const validateClientConfig = (config: ClientConfig | undefined, path: string): FieldError[] => {
  if (!config) return [required(path, 'required when strategy is set to Webhook')];
  const { url, service } = config;
  if ((url === undefined) === (service === undefined)) return [required(path, 'exactly one of url or service is required')];
  return url === undefined ? validateWebhookService(service, `${path}.service`) : validateWebhookUrl(url, `${path}.url`);
};

const validateReviewVersions = (versions: readonly string[], path: string): FieldError[] => {
  if (versions.length === 0) return [required(path)];
  const errors = versions.flatMap((version, index) =>
    versions.indexOf(version) < index
      ? [invalid(`${path}[${index}]`, version, 'duplicate version')]
      : isDns1035Label(version).map((detail) => invalid(`${path}[${index}]`, version, detail)),
  );
  if (versions.some((version) => knownReviewVersions.includes(version))) return errors;
  return [...errors, invalid(path, versions, `must include at least one of ${knownReviewVersions.join(', ')}`)];
};

const urlForm = 'desired format: https://host[/path]';

/** A webhook's address: https, a host, and neither user, query nor fragment. */
export const validateWebhookUrl = (text: string, path: string): FieldError[] => {
  const parts = /^(?:([^:/?#]+):)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text);
  const [, scheme = '', authority = '', , query = '', fragment = ''] = parts ?? [];
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  const errors: FieldError[] = [];
  if (scheme !== 'https') errors.push(invalid(path, scheme, `'https' is the only allowed URL scheme; ${urlForm}`));
  if (authority.slice(at + 1) === '') errors.push(invalid(path, '', `host must be specified; ${urlForm}`));
  if (user !== '') errors.push(invalid(path, user, 'user information is not permitted in the URL'));
  if (fragment !== '') errors.push(invalid(path, fragment, 'fragments are not permitted in the URL'));
  if (query !== '') errors.push(invalid(path, query, 'query parameters are not permitted in the URL'));
  return errors;
};

/** A webhook's Service: name, namespace, port and path. */
export const validateWebhookService = (service: WebhookService | undefined, path: string): FieldError[] => {
  if (!service) return [];
  const errors: FieldError[] = [];
  if (!service.name) errors.push(required(`${path}.name`));
  if (!service.namespace) errors.push(required(`${path}.namespace`));
  const { port = 443, path: urlPath } = service;
  if (port < 1 || port > 65_535) {
    errors.push(invalid(`${path}.port`, port, 'port is not valid: must be between 1 and 65535, inclusive'));
  }
  return urlPath === undefined ? errors : [...errors, ...validateUrlPath(urlPath, `${path}.path`)];
};

const validateUrlPath = (urlPath: string, path: string): FieldError[] => {
  if (urlPath === '/' || urlPath === '') return [];
  const withoutSlash = urlPath.endsWith('/') ? urlPath.slice(0, -1) : urlPath;
  const wrongSegments = withoutSlash
    .slice(1)
    .split('/')
    .flatMap((segment, index) => {
      if (segment === '') return [invalid(path, urlPath, `segment[${index}] may not be empty`)];
      return isDns1123Subdomain(segment).map((detail) => invalid(path, urlPath, `segment[${index}]: ${detail}`));
    });
  return urlPath.startsWith('/') ? wrongSegments : [invalid(path, urlPath, "must start with a '/'"), ...wrongSegments];
};
