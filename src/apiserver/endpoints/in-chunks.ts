const chunkBytes = 256 * 1024;

/** The same bytes in few pieces: small neighbours are copied together, large ones stay as they are. */
export const inChunks = (pieces: readonly Uint8Array[]): Uint8Array[] => {
  const chunks: Uint8Array[] = [];
  let small: Uint8Array[] = [];
  let size = 0;
  const flush = (): void => {
    if (size > 0) chunks.push(Buffer.concat(small, size));
    small = [];
    size = 0;
  };
  for (const piece of pieces) {
    if (piece.length >= chunkBytes / 4) {
      flush();
      chunks.push(piece);
      continue;
    }
    small.push(piece);
    size += piece.length;
    if (size >= chunkBytes) flush();
  }
  flush();
  return chunks;
};
