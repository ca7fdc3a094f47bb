/**
 * Asks the signers of two clusters for certificates: every built-in signer, one that nobody serves, subjects, names, keys, usages and
 * lifetimes of all sorts. Compares how the request is taken, what approval, the signer's conditions say, and the certificates' text.
 * Both need the controllers that sign; `openssl` makes the requests.
 *
 *   tsx test/differential/signers.ts --ours KUBECONFIG --theirs KUBECONFIG
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Json, JsonObject } from '../../src/apimachinery/meta/object.ts';
import { difference, levelText, type Answer } from './field-answers.ts';
import { createPair, type Who } from './pair.ts';

const { values: flags } = parseArgs({ options: { ours: { type: 'string' }, theirs: { type: 'string' } } });
const { ours, theirs } = flags;
if (!ours || !theirs) throw new Error('usage: tsx test/differential/signers.ts --ours KUBECONFIG --theirs KUBECONFIG');
const pair = createPair({ ours, theirs });
const servers = ['ours', 'theirs'] as const;
const collection = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const folder = mkdtempSync(join(tmpdir(), 'signers-'));
const openssl = (...args: readonly string[]): string =>
  execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] }).toString();

const keys = { rsa: ['RSA', 'rsa_keygen_bits:2048'], ec: ['EC', 'ec_paramgen_curve:P-256'], p384: ['EC', 'ec_paramgen_curve:P-384'] };
for (const [name, [algorithm = '', option = '']] of Object.entries(keys)) {
  openssl('genpkey', '-algorithm', algorithm, '-pkeyopt', option, '-out', `${name}.pem`);
}
openssl('genpkey', '-algorithm', 'ED25519', '-out', 'ed.pem');

interface Wish {
  readonly subject?: string;
  readonly names?: string;
  /** Extensions besides. */
  readonly extensions?: readonly string[];
  readonly key?: string;
  readonly signer: string;
  readonly usages: readonly string[];
  readonly seconds?: number;
  readonly request?: string;
}

let made = 0;
const requestOf = ({ subject = '/CN=jane/O=devs', names, extensions = [], key = 'ec' }: Wish): string => {
  made += 1;
  const lines = ['[req]', 'distinguished_name=dn', 'req_extensions=ext', '[dn]', '[ext]', 'tlsfeature=status_request'];
  if (names) lines.push(`subjectAltName=${names}`);
  writeFileSync(join(folder, 'req.cnf'), [...lines, ...extensions, ''].join('\n'));
  const config = names || extensions.length > 0 ? ['-config', 'req.cnf'] : [];
  return Buffer.from(openssl('req', '-new', '-key', `${key}.pem`, '-subj', subject, ...config)).toString('base64');
};

const signers = {
  client: 'kubernetes.io/kube-apiserver-client',
  kubelet: 'kubernetes.io/kube-apiserver-client-kubelet',
  serving: 'kubernetes.io/kubelet-serving',
  legacy: 'kubernetes.io/legacy-unknown',
};
const both = ['digital signature', 'key encipherment'];
const node = '/O=system:nodes/CN=system:node:n1';
const usageSets: readonly (readonly string[])[] = [
  ['client auth'], [...both, 'client auth'], ['digital signature', 'client auth'], ['key encipherment', 'client auth'], [...both, 'server auth'], ['digital signature', 'server auth'],
  ['server auth'], [...both, 'client auth', 'server auth'], both, ['any'], ['cert sign', 'client auth'], ['signing', 'client auth'], ['s/mime', 'email protection', 'client auth'],
]; // prettier-ignore
const everyUsage = [
  'signing', 'digital signature', 'content commitment', 'key encipherment', 'key agreement', 'data encipherment', 'cert sign', 'crl sign', 'encipher only', 'decipher only',
  'any', 'server auth', 'client auth', 'code signing', 'email protection', 's/mime', 'ipsec end system', 'ipsec tunnel', 'ipsec user', 'timestamping', 'ocsp signing', 'microsoft sgc', 'netscape sgc',
]; // prettier-ignore
const subjects = [
  node,
  '/CN=system:node:n1/O=system:nodes/O=other',
  '/O=system:nodes/CN=n1',
  '/CN=system:node:n1',
  '/CN=jane',
  '/O=only',
  '/',
  '/C=DE/ST=B/L=City/O=a/OU=b/OU=c/CN=d/serialNumber=7/emailAddress=a@b.example',
  '/CN=jürgen/O=grüße',
];
const names = ['DNS:a.example', 'DNS:a.example,IP:10.0.0.1,IP:2001:db8::1', 'IP:10.0.0.1', 'email:a@b.example', 'URI:spiffe://a/b', 'DNS:a.example,email:a@b.example', 'DNS:*.a.example,DNS:b', 'DNS:a.example,URI:https://x/y']; // prettier-ignore
const lifetimes = [600, 601, 3600, 28_799, 28_800, 86_400, 31_536_000, 31_536_001, 2_000_000_000];

const wishes: readonly Wish[] = [
  ...Object.values(signers).flatMap((signer) => usageSets.map((usages) => ({ signer, usages, subject: node }))),
  ...Object.values(signers).flatMap((signer) =>
    subjects.map((subject) => ({
      signer,
      subject,
      usages: signer === signers.serving ? [...both, 'server auth'] : [...both, 'client auth'],
      ...(signer === signers.serving ? { names: 'DNS:n1' } : {}),
    })),
  ),
  ...Object.values(signers).flatMap((signer) =>
    names.map((of) => ({
      signer,
      subject: node,
      names: of,
      usages: signer === signers.serving ? [...both, 'server auth'] : [...both, 'client auth'],
    })),
  ),
  ...lifetimes.flatMap((seconds) => [signers.client, signers.legacy].map((signer) => ({ signer, seconds, usages: ['client auth'] }))),
  ...[...Object.keys(keys), 'ed'].map((key) => ({ signer: signers.client, key, usages: [...both, 'client auth'] })),
  ...everyUsage.map((usage) => ({ signer: signers.legacy, usages: [usage] })),
  { signer: signers.legacy, usages: everyUsage },
  {
    signer: signers.legacy,
    usages: ['client auth'],
    names: 'DNS:a',
    extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=keyCertSign'],
  },
  { signer: signers.client, usages: ['client auth', 'client auth'] },
  { signer: signers.client, usages: ['nothing of the kind'] },
  { signer: signers.client, usages: [] },
  { signer: signers.client, usages: ['client auth'], seconds: 599 },
  { signer: signers.client, usages: ['client auth'], seconds: -1 },
  { signer: signers.client, usages: ['client auth'], request: Buffer.from('x').toString('base64') },
  ...['kubernetes.io/other', 'own.example/signer', 'a', 'a/b/c', 'Own.example/x', ''].map((signer) => ({
    signer,
    usages: ['client auth'],
  })),
];

/** A certificate's text without what each authority makes up. */
const linesOf = (base64: string): string[] => {
  writeFileSync(join(folder, 'cert.pem'), Buffer.from(base64, 'base64'));
  const text = openssl('x509', '-in', 'cert.pem', '-noout', '-text', '-nameopt', 'RFC2253,-esc_msb');
  const dates = openssl('x509', '-in', 'cert.pem', '-noout', '-dates');
  const [before = 0, after = 0] = [...dates.matchAll(/=(.*)/g)].map(([, date = '']) => Date.parse(date) / 1000);
  const body = text
    .replace(/Serial Number:[\s\S]*?(?=Signature Algorithm)/, '')
    .replace(/Issuer: .*/, '')
    .replace(/Not (Before|After) ?: .*/g, '')
    .replace(/Signature Algorithm: .*/g, '')
    .replace(/Signature Value:[\s\S]*/, '')
    .replace(/(X509v3 Authority Key Identifier:[^\n]*\n)[^\n]*\n/, '$1');
  return [...body.split('\n').filter((line) => line.trim() !== ''), `lasts ${after - before}`];
};

const level = (value: Json, key = ''): Json => {
  if (key === 'certificate' && typeof value === 'string') return linesOf(value);
  if (['resourceVersion', 'uid', 'managedFields', 'username', 'groups', 'extra', 'request', 'name'].includes(key)) return '';
  if (typeof value === 'string') return levelText(value).replace(/w\d+\b/g, 'NAME');
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => level(item));
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, item]) => [name, level(item, name)]));
};

const waitMilliseconds = 4000;

const settled = ({ status }: JsonObject): boolean => {
  const { certificate, conditions = [] } = (status ?? {}) as { certificate?: string; conditions?: { readonly type: string }[] };
  return certificate !== undefined || conditions.some(({ type }) => type === 'Failed' || type === 'Denied');
};

/** What becomes of a wish: how it was refused, or what the request came to within a few seconds. */
const outcome = async (who: Who, name: string, body: JsonObject): Promise<JsonObject> => {
  const item = `${collection}/${name}`;
  const created: Answer = await pair.send(who, 'POST', collection, body);
  if (created.code !== 201) return { created: { code: created.code, body: created.body } };
  const status = { conditions: [{ type: 'Approved', status: 'True', reason: 'R', message: 'm' }] };
  const approve = async (): Promise<Answer> => {
    const own = (await pair.send(who, 'GET', item)).body as JsonObject;
    return pair.send(who, 'PUT', `${item}/approval`, { ...own, status });
  };
  let approval = await approve();
  // The controller that approves kubelets' requests was faster.
  if (approval.code === 409) approval = await approve();
  const deadline = Date.now() + waitMilliseconds;
  let last = approval.body as JsonObject;
  while (approval.code === 200 && !settled(last) && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    last = (await pair.send(who, 'GET', item)).body as JsonObject;
  }
  await pair.send(who, 'DELETE', item);
  return { approval: approval.code, last };
};

let different = 0;
const one = async (wish: Wish, index: number): Promise<void> => {
  const name = `w${index}`;
  const { signer, usages, seconds } = wish;
  const body = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      request: wish.request ?? requestOf(wish),
      signerName: signer,
      usages,
      ...(seconds === undefined ? {} : { expirationSeconds: seconds }),
    },
  } as unknown as JsonObject;
  const [our, their] = await Promise.all(servers.map((who) => outcome(who, name, body)));
  const lines = difference(level(our ?? null) as JsonObject, level(their ?? null) as JsonObject);
  if (lines.length === 0) return;
  different += 1;
  console.log(`\n${JSON.stringify(wish)}`);
  for (const line of lines) console.log(`   ${line}`);
};

const waiting = wishes.entries();
const worker = async (): Promise<void> => {
  for (const [index, wish] of waiting) await one(wish, index);
};
await Promise.all(Array.from({ length: 6 }, worker));
console.log(`${wishes.length} wishes (${made} requests), ${different} different`);
process.exitCode = different === 0 ? 0 : 1;
rmSync(folder, { recursive: true });
pair.close();
