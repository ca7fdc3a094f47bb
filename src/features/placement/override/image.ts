/** A container image reference: `registry.example:5000/team/app:1.2@sha256:…`. Absent parts are ''. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  /** With its separator: `:1.2`, `@sha256:…`, or ''. */
  readonly tagOrDigest: string;
}

/** The first path component is a registry when it has a dot, a port or is localhost (the distribution reference grammar). */
export const parseImage = (image: string): ImageReference => {
  const slash = image.indexOf('/');
  const first = slash < 0 ? '' : image.slice(0, slash);
  const registry = first !== '' && (/[.:]/.test(first) || first === 'localhost') ? first : '';
  const rest = registry === '' ? image : image.slice(slash + 1);
  const digest = rest.indexOf('@');
  const colon = digest < 0 ? rest.lastIndexOf(':') : digest;
  return colon < 0
    ? { registry, repository: rest, tagOrDigest: '' }
    : { registry, repository: rest.slice(0, colon), tagOrDigest: rest.slice(colon) };
};

export const formatImage = ({ registry, repository, tagOrDigest }: ImageReference): string =>
  `${registry === '' ? '' : `${registry}/`}${repository}${tagOrDigest}`;
