/** 32 bits as hexadecimal digits. */

const BYTES = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** Eight digits. Hot: `toString(16)` of a number above 2^31 takes ten times as long. */
export function hex32(bits: number): string {
  return byte(bits >>> 24) + byte(bits >>> 16) + byte(bits >>> 8) + byte(bits);
}

function byte(bits: number): string {
  return BYTES[bits & 0xff] ?? '';
}
