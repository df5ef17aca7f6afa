import { z } from 'zod'
import { cleanMessageText, cleanName } from '../domain/text/clean'
import { characterCount } from '../domain/text/graphemes'
import { rule } from './issues'

/** A MongoDB ObjectId as 24 hex digits. */
export const objectId = z.string().regex(/^[0-9a-f]{24}$/, 'This is not an id.')

/** A position in a conversation. `seq` counts from 1; 0 is before the first message. */
export const position = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** The client's own id of a message, so that sending it again never makes a second message. */
export const clientId = z.string().regex(/^[\w-]{8,64}$/, 'A client id has 8 to 64 letters, digits, - or _.')

/**
 * A text of several lines, cleaned (`cleanMessageText`). Its length counts code points, so that an emoji is not two.
 */
export function plainText(maxCharacters: number) {
  return z
    .string()
    .overwrite(cleanMessageText)
    .refine(...atMost(maxCharacters))
}

/** One line of text: a name or a title, cleaned (`cleanName`). It is empty if nothing can be seen. */
export function singleLine(maxCharacters: number) {
  return z
    .string()
    .overwrite(cleanName)
    .refine(...atMost(maxCharacters))
}

/** The arguments of `refine` for a text of at most `max` code points. Each of them has at most two code units. */
function atMost(max: number) {
  const fits = (text: string) => text.length <= max * 2 && characterCount(text) <= max
  return [fits, rule('too_long', `At most ${max} characters.`, { max })] as const
}

/** A whole number in a query string. @param schema checks the number */
export function queryNumber(schema: z.ZodInt) {
  return z
    .string()
    .regex(/^\d{1,16}$/, 'This is not a whole number.')
    .transform(Number)
    .pipe(schema)
}
