import { z } from 'zod'
import type { Highlight } from '../domain/search/match'
import { withoutControls } from '../domain/text/clean'
import { LIMITS } from '../limits'
import type { Conversation } from './conversation'
import { objectId, queryNumber } from './fields'
import { rule } from './issues'
import type { Message } from './message'

/** The id of a message, or a time; after `by-`, in a search by the names of senders. */
const CURSOR = /^(?:by-)?(?:[0-9a-f]{24}|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?Z)$/
const max = LIMITS.searchCharacters

/**
 * Asks for messages. `before` takes the `next` of the previous answer, or a time. `utcOffset` is the number of minutes by
 * which the searcher's clock is ahead of UTC, for the days in `q`.
 */
export const searchQuery = z.strictObject({
  q: z
    .string()
    .max(max, rule('too_long', `At most ${max} characters.`, { max }))
    .overwrite(withoutControls)
    .default(''),
  conversationId: objectId.optional(),
  senderId: objectId.optional(),
  before: z.string().regex(CURSOR, 'This is neither the `next` of an answer nor a time.').optional(),
  limit: queryNumber(z.int().min(1).max(LIMITS.searchResultsMax)).default(LIMITS.searchResults),
  utcOffset: z
    .string()
    .regex(/^-?\d{1,4}$/, 'This is not a whole number.')
    .transform(Number)
    .pipe(z.int().min(-1_000).max(1_000))
    .default(0),
})
export type SearchQuery = z.infer<typeof searchQuery>

export interface SearchResult {
  message: Message
  /** The conversation of the message, as the searcher sees it. */
  conversation: Conversation
  highlights: Highlight[]
}

export interface SearchPage {
  /** The newest messages first. */
  results: SearchResult[]
  /** The `before` of the next request. Null: there are no more. A page can end early, even without results. */
  next: string | null
}
