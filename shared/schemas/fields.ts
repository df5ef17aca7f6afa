import { z } from 'zod'
import { rule } from './issues'

/** A MongoDB ObjectId as 24 hex digits. */
export const objectId = z.string().regex(/^[0-9a-f]{24}$/, 'This is not an id.')

/** A position in a conversation: `seq` counts from 1, 0 stands before the first message. */
export const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** An id that the client makes for one message, so that sending it again never makes a second one. */
export const clientId = z.string().regex(/^[\w-]{8,64}$/, 'A client id has 8 to 64 letters, digits, - or _.')

/**
 * Text of people that can be stored and shown anywhere: well-formed Unicode without NUL.
 * Length is counted in code points, so that one emoji is not two characters.
 */
export function plainText(maxCharacters: number) {
  return z
    .string()
    .refine((text) => isWellFormed(text), rule('invalid_characters', 'This text has characters that cannot be stored.'))
    .refine(
      // A cheap bound first: a code point has at most two code units.
      (text) => text.length <= maxCharacters * 2 && characterCount(text) <= maxCharacters,
      rule('too_long', `At most ${maxCharacters} characters.`, { max: maxCharacters }),
    )
}

/** One line of text: a name or a title, trimmed, without control characters or marks that turn the reading direction. */
export function singleLine(maxCharacters: number) {
  return plainText(maxCharacters)
    .transform((text) => text.trim().replace(/\s+/g, ' '))
    .refine(
      (text) => !/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u.test(text),
      rule('invalid_characters', 'This has characters that cannot be shown.'),
    )
}

/** Unicode code points of a text. */
export function characterCount(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function isWellFormed(text: string): boolean {
  return !/\0|\p{Surrogate}/u.test(text)
}

/** The whole number in a query string, or the issue that it is none. */
export function queryNumber(schema: z.ZodInt) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'This is not a whole number.')
    .transform(Number)
    .pipe(schema)
}
