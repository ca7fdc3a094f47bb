/** Where a redirect leads, as a client of the proxy can follow it: places of the backend's own lie below `prefix`. */
export const rewriteLocation = (
  location: string,
  {
    target,
    host,
    prefix,
  }: { readonly target: URL; /** As the client calls this server. */ readonly host: string | undefined; readonly prefix: string },
): string => {
  if (prefix === '') return location;
  const absolute = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]*)(.*)$/i.exec(location);
  const named = absolute?.[1] ?? '';
  const rest = absolute ? (absolute[2] ?? '') : location;
  if (named !== '' && named !== target.host && named !== host) return location;
  if (!rest.startsWith('/')) return location;
  if (rest.startsWith(prefix)) return rest;
  return `${prefix}${rest}`;
};
