/** What a frame is (RFC 6455, 5.2). */
export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type Opcode = (typeof opcode)[keyof typeof opcode];

/** Why a connection is closed (RFC 6455, 7.4.1). */
export const closeCode = { normal: 1000, protocol: 1002, tooBig: 1009 } as const;

/** A whole message as a server sends it: one frame, not masked. */
export const frameHeader = (code: Opcode, length: number): Buffer => {
  const first = 0x80 | code;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 2 ** 16) {
    const header = Buffer.from([first, 126, 0, 0]);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[0] = first;
  header[1] = 127;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
};

export const closeFrame = (code: number): Buffer => {
  const frame = Buffer.concat([frameHeader(opcode.close, 2), Buffer.alloc(2)]);
  frame.writeUInt16BE(code, 2);
  return frame;
};
