import { createHmac, timingSafeEqual } from 'node:crypto'

// One-time codes by time (RFC 6238), as every authenticator app makes them: SHA-1, 6 digits, 30 seconds.

/** Milliseconds of a step, in which the code stays the same. */
const STEP_MS = 30_000
const DIGITS = 6
/** By how many steps a clock may be wrong, either way. */
const WINDOW = 1
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The number of the step at a time, from 1970 on. @param at milliseconds */
export function stepAt(at: number): number {
  return Math.floor(at / STEP_MS)
}

/** The code of a secret in a step (RFC 4226, section 5.3). */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const digest = createHmac('sha1', secret).update(counter).digest()
  const number = digest.readUInt32BE(digest.at(-1)! & 0xf) & 0x7fff_ffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0')
}

/**
 * The step that a code belongs to, among those at a time and around it.
 * @param at milliseconds
 * @returns null when it belongs to none of them
 */
export function stepOfCode(secret: Buffer, code: string, at: number): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const now = stepAt(at)
  const steps = Array.from({ length: 2 * WINDOW + 1 }, (_, index) => now - WINDOW + index)
  return steps.findLast((step) => timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code))) ?? null
}

/** Bytes as text that people can type (RFC 4648, section 6), without padding. */
export function toBase32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('')
  const groups = bits.match(/.{1,5}/g) ?? []
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
}
