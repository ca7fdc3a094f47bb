import { isIP } from 'node:net';

/** Whether the text is an address range such as 10.9.8.0/24. */
export const isCidr = (text: string): boolean => {
  const [address = '', bits = '', ...more] = text.split('/');
  const family = isIP(address);
  return more.length === 0 && family !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128);
};
