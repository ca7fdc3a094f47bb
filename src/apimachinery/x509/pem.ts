/** One block of RFC 7468 text. */
export interface PemBlock {
  readonly label: string;
  readonly der: Uint8Array;
}

/** `-----BEGIN label-----`, 64 columns, final newline. */
export const encodePem = (label: string, der: Uint8Array): string => {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString('base64');
  return `-----BEGIN ${label}-----\n${base64.replace(/.{64}(?=.)/g, '$&\n')}\n-----END ${label}-----\n`;
};

/** Every block of a text, in order; text between blocks is ignored. */
export const decodePem = (text: string): PemBlock[] =>
  [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g)].map((match) => ({
    label: match[1] ?? '',
    der: Buffer.from((match[2] ?? '').replace(/^[^\n]*:.*$/gm, ''), 'base64'),
  }));
