import { parseCertificateRequest } from '../../../apimachinery/x509/certificate-request.ts';
import { semanticEqual } from '../../../apimachinery/equality/semantic-equal.ts';
import { goQuote } from '../../../apimachinery/text/go-quote.ts';
import type { UnstructuredObject } from '../../../apimachinery/meta/object.ts';
import type { AuthorizationAttributes, AuthorizationDecision } from '../../authorization/contract.ts';
import type { UserInfo } from '../../http/exchange.ts';
import type { AdmissionPlugin } from '../contract.ts';
import { isFor, refuse } from '../refuse.ts';

type Authorize = (attributes: AuthorizationAttributes) => Promise<AuthorizationDecision>;

const group = 'certificates.k8s.io';
const resource = 'certificatesigningrequests';
const specOf = (object: UnstructuredObject | undefined): { signerName?: string; request?: string } =>
  (object?.['spec'] ?? {}) as { signerName?: string; request?: string };

/** Asked for the signer itself, then for all signers of its domain. */
const maySign = async (authorize: Authorize, user: UserInfo, { verb, signer }: { verb: string; signer: string }): Promise<boolean> => {
  const domain = signer.split('/')[0] ?? '';
  for (const name of [signer, `${domain}/*`]) {
    const target = { group, version: '*', resource: 'signers', subresource: '', namespace: '', name };
    if ((await authorize({ user, verb, resource: target })).decision === 'allow') return true;
  }
  return false;
};

/** CertificateApproval: approving needs the verb `approve` on the signer. */
export const certificateApproval = (authorize: Authorize): AdmissionPlugin => ({
  name: 'CertificateApproval',
  handles: (attributes) => attributes.operation === 'UPDATE' && isFor(attributes, group, resource, 'approval'),
  async validate(attributes) {
    const signer = specOf(attributes.oldObject).signerName ?? '';
    if (await maySign(authorize, attributes.user, { verb: 'approve', signer })) return;
    throw refuse(attributes, `user not permitted to approve requests with signerName ${goQuote(signer)}`);
  },
});

const signedParts = (object: UnstructuredObject | undefined): unknown => {
  const status = object?.['status'] as { certificate?: string; conditions?: { type: string }[] } | undefined;
  return { certificate: status?.certificate, failed: (status?.conditions ?? []).filter(({ type }) => type === 'Failed') };
};

/** CertificateSigning: issuing (or failing) a certificate needs the verb `sign` on the signer. */
export const certificateSigning = (authorize: Authorize): AdmissionPlugin => ({
  name: 'CertificateSigning',
  handles: (attributes) => attributes.operation === 'UPDATE' && isFor(attributes, group, resource, 'status'),
  async validate(attributes) {
    if (semanticEqual(signedParts(attributes.object), signedParts(attributes.oldObject))) return;
    const signer = specOf(attributes.oldObject).signerName ?? '';
    if (await maySign(authorize, attributes.user, { verb: 'sign', signer })) return;
    throw refuse(attributes, `user not permitted to sign requests with signerName ${goQuote(signer)}`);
  },
});

const clientSigner = 'kubernetes.io/kube-apiserver-client';

/** CertificateSubjectRestriction: nobody becomes system:masters by a request. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  handles: (attributes) => attributes.operation === 'CREATE' && isFor(attributes, group, resource),
  validate(attributes) {
    const { signerName, request = '' } = specOf(attributes.object);
    if (signerName !== clientSigner) return;
    let groups: readonly string[];
    try {
      groups = parseCertificateRequest(Buffer.from(request, 'base64').toString('utf8')).subject.organizations ?? [];
    } catch (error) {
      throw refuse(attributes, `failed to parse CSR: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (groups.includes('system:masters'))
      throw refuse(attributes, `use of ${clientSigner} signer with system:masters group is not allowed`);
  },
};
