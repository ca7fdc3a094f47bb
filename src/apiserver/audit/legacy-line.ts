import { goQuote } from '../../apimachinery/text/go-quote.ts';
import type { AuditEvent } from './event.ts';

const list = (texts: readonly string[] | undefined): string => (texts ?? []).map(goQuote).join(',');

/** An event as one line of text, kube-apiserver's format `legacy`. */
export const legacyLine = (event: AuditEvent): string => {
  const { user, impersonatedUser: as, sourceIPs, objectRef, responseStatus } = event;
  const fields = {
    id: event.auditID,
    stage: event.stage,
    ip: sourceIPs[0] ?? '<unknown>',
    method: event.verb,
    user: user.username || '<none>',
    groups: user.username && user.groups?.length ? list(user.groups) : '<none>',
    as: as ? (as.username ?? '') : '<self>',
    asgroups: as?.groups ? list(as.groups) : '<lookup>',
    'user-agent': event.userAgent ?? '',
    namespace: objectRef?.namespace || '<none>',
    uri: event.requestURI,
  };
  const text = Object.entries(fields).map(([name, value]) => `${name}=${goQuote(value)}`);
  return `${event.requestReceivedTimestamp} AUDIT: ${text.join(' ')} response="${responseStatus?.code ?? '<deferred>'}"`;
};
