import { highlightsIn, matchTerms, type Highlight } from '#shared/domain/search/match'
import { mentionsReader } from '#shared/domain/messages'
import { isEmptySearch, parseSearch, type ParsedSearch } from '#shared/domain/search/query'
import { EVERYBODY, withoutMentions } from '#shared/domain/text/mentions'
import { invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import type { SearchPage, SearchQuery } from '#shared/schemas/search'
import { presentMessage } from '../../presenters/message'
import { findMessagesById, type MessageRecord } from '../../repositories/messages'
import { AnswerBudget } from '../answerBudget'
import { viewConversations } from '../conversations/view'
import { listCandidates, lookupsOf, rarestOf, type Candidates, type Key, type Lookups } from './candidates'
import { hasKey, hasKindsOf, isSearchable, mentionKey, PINNED_KEY, searchedTexts, senderKey } from './keys'
import { peopleNamed, searchedBy, type Searched } from './scope'
import { isBefore, newestFirst, timeOf, type Found } from './order'
import { Walk } from './walk'

/** What one search may cost. */
export interface SearchBounds {
  /** Messages and segments to read; a long text counts as several. After that, the page ends early. */
  work: number
  /** A list of segments up to this long is read as a whole before anything else. */
  shortList: number
  /** Longer ones are read when so many segments did not fill the page, up to this length. */
  segmentsBeforeLists: number
  longList: number
}

const BOUNDS: SearchBounds = { work: 5_000, shortList: 500, segmentsBeforeLists: 100, longList: 4_000 }
/** Senders are looked up in the index if they are so few. */
const MAX_SENDER_KEYS = 5
/** The characters that cost as much to compare as another message. */
const WORK_CHARACTERS = 500

/** The beginning of a cursor in a search by the name of the sender. */
const BY_SENDER = 'by-'

/** Who must have sent the message. Null: anybody. */
type Senders = ReadonlySet<string> | null

/**
 * The messages of a person's conversations that match a typed search, the newest first. Every message is compared
 * itself, so edits, deletions and rights count at once, and the index only names where to look.
 *
 * If no message has the words, those are found whose sender has that name. A page ends early after a bounded amount of work; `next` then continues from there.
 * @throws AppError NOT_FOUND for a conversation that the person is not in; INVALID for a search for nothing
 */
export async function searchMessages(userId: string, query: SearchQuery, bounds = BOUNDS): Promise<SearchPage> {
  const parsed = parseSearch(query.q, query.utcOffset)
  if (query.q.trim() === '' && !query.senderId) throw invalidField('q', 'blank', 'Type what to search for.')
  const searched = await searchedBy(userId, query.conversationId, parsed.in)
  if (isEmptySearch(parsed) && !query.senderId) return { results: [], next: null }
  const named = parsed.from.length > 0 ? await peopleNamed(userId, parsed.from) : null
  const senders = sendersOf(named, query.senderId)
  if (!query.before?.startsWith(BY_SENDER)) {
    const page = await new Search(userId, query, parsed, senders, searched, bounds).run()
    if (page.results.length > 0 || page.next || query.before || senders || parsed.terms.length === 0) return page
  }
  // Nobody wrote these words. They may be the name of who wrote.
  const authors = await peopleNamed(userId, [parsed.terms.map(({ text }) => text).join(' ')])
  const before = query.before?.slice(BY_SENDER.length)
  const words = { ...parsed, terms: [] }
  const page = await new Search(userId, { ...query, before }, words, authors, searched, bounds).run()
  return { ...page, next: page.next && BY_SENDER + page.next }
}

function sendersOf(named: ReadonlySet<string> | null, senderId: string | undefined): Senders {
  if (!senderId) return named
  return new Set(!named || named.has(senderId) ? [senderId] : [])
}

class Search {
  private readonly from = new Map<string, number>()
  private readonly lookups: Lookups
  /** Whether no further list of segments is worth reading. */
  private isListed = false

  constructor(
    private readonly userId: string,
    private readonly query: SearchQuery,
    private readonly parsed: ParsedSearch,
    private readonly senders: Senders,
    private readonly searched: readonly Searched[],
    private readonly bounds: SearchBounds,
  ) {
    for (const { conversation, from } of searched) this.from.set(conversation._id.toString(), from)
    this.lookups = lookupsOf(parsed.terms, this.filterKeys())
  }

  async run(): Promise<SearchPage> {
    const cursor = await this.cursor()
    const walks = await this.walks(cursor)
    const { limit } = this.query
    const start = newestOf(walks)
    const found: Found[] = []
    let segments = 0
    let work = 0
    for (;;) {
      const walk = walks.reduce<Walk | null>((a, b) => (b.done || (a && a.newest >= b.newest) ? a : b), null)
      const isFull = found.length > limit && (!walk || timeOf(found.sort(newestFirst)[limit]!) >= walk.newest)
      // A page that ends early must begin behind this one, or it would never get on.
      const isCut = walk !== null && work >= this.bounds.work && (walks.length === 1 || walk.newest < start)
      if (!walk || isFull || isCut) return this.page(found.sort(newestFirst), isCut ? walk : null)
      const segmentsBefore = walk.segmentsRead
      const records = await walk.read()
      segments += walk.segmentsRead - segmentsBefore
      work += walk.segmentsRead - segmentsBefore
      if (!this.isListed && segments >= this.bounds.segmentsBeforeLists) restrict(walks, await this.longCandidates())
      for (const record of records) {
        work += 1 + record.text.length / WORK_CHARACTERS
        if (cursor && !isBefore(record, cursor)) continue
        if (this.parsed.after !== null && record.createdAt.getTime() < this.parsed.after) walk.done = true
        const message = this.matching(record)
        if (message) found.push({ record, message })
      }
    }
  }

  /** Where the page begins: behind a message, or at a time. */
  private async cursor(): Promise<MessageRecord | Date | null> {
    const { before } = this.query
    if (!before) return null
    const [message] = before.includes('-') ? [new Date(before)] : await findMessagesById([before])
    if (message instanceof Date ? !Number.isNaN(message.getTime()) : this.isSearched(message)) return message!
    throw invalidField('before', 'invalid_value', 'This is not the `next` of an answer to this search.')
  }

  private isSearched(message: MessageRecord | undefined): boolean {
    return message !== undefined && this.from.has(message.conversationId.toString())
  }

  private async walks(cursor: MessageRecord | Date | null): Promise<Walk[]> {
    const { parsed, searched, senders } = this
    if (senders?.size === 0) return []
    const { lookups } = this
    const candidates = await listCandidates(this.ids, lookups, this.bounds.shortList)
    this.isListed = candidates !== null
    const at = cursor instanceof Date ? cursor.getTime() - 1 : (cursor?.createdAt.getTime() ?? Infinity)
    const until = Math.min(at, (parsed.before ?? Infinity) - 1)
    const walks = searched.map(({ conversation, from }) => {
      const id = conversation._id
      const isHere = cursor && !(cursor instanceof Date) && cursor.conversationId.equals(id)
      const bounds = { from, until, ...(isHere && { below: cursor.seq }) }
      return new Walk(conversation, bounds, lookups, candidates ? (candidates.get(id.toString()) ?? []) : undefined)
    })
    return walks.filter((walk) => !walk.done && walk.newest >= (parsed.after ?? -Infinity))
  }

  private get ids() {
    return this.searched.map(({ conversation }) => conversation._id)
  }

  /** Null: all that is searched for is in more segments. */
  private async longCandidates(): Promise<Candidates | null> {
    this.isListed = true
    const { longList } = this.bounds
    return listCandidates(this.ids, await rarestOf(this.ids, this.lookups, longList), longList)
  }

  /** The keys in the index of all filters that must be met. */
  private filterKeys(): Key[] {
    const { has, isPinned, mentionsMe } = this.parsed
    return [
      ...(this.senders && this.senders.size <= MAX_SENDER_KEYS ? [anyOf([...this.senders].map(senderKey))] : []),
      ...has.map(hasKey),
      ...(isPinned ? [PINNED_KEY] : []),
      ...(mentionsMe ? [[mentionKey(this.userId), mentionKey(EVERYBODY)]] : []),
    ]
  }

  /** The message as the searcher sees it, if it is what they search for. */
  private matching(record: MessageRecord): Message | null {
    const { terms, has, before, after, isPinned, mentionsMe } = this.parsed
    const time = record.createdAt.getTime()
    if (!isSearchable(record) || (before !== null && time >= before) || (after !== null && time < after)) return null
    if (this.senders && !this.senders.has(record.senderId.toString())) return null
    if (has.length > 0 && !has.every((kind) => hasKindsOf(record).includes(kind))) return null
    if (!matchTerms(terms, searchedTexts(record)).every(Boolean)) return null
    const message = presentMessage(record, this.from.get(record.conversationId.toString()), this.userId)
    const isWanted = (!isPinned || message.pinned) && (!mentionsMe || mentionsReader(message, this.userId))
    return isWanted ? message : null
  }

  /** @param cut where the search stopped, if there is more to look at */
  private async page(found: readonly Found[], cut: Walk | null): Promise<SearchPage> {
    // What is older than where the search stopped may have something newer before it.
    const certain = cut ? found.filter((one) => timeOf(one) >= cut.newest) : found
    const budget = new AnswerBudget(LIMITS.pageBytes)
    const shown: Found[] = []
    for (const one of certain) {
      if (shown.length === this.query.limit || !budget.take(one.message)) break
      shown.push(one)
    }
    const isShort = shown.length < certain.length
    const views = await this.views(shown)
    return {
      results: shown.flatMap(({ message }) => {
        const conversation = views.get(message.conversationId)
        return conversation ? { message, conversation, highlights: this.highlights(message) } : []
      }),
      next: isShort ? shown.at(-1)!.message.id : (cut?.cursor ?? null),
    }
  }

  private async views(shown: readonly Found[]) {
    const ids = new Set(shown.map(({ message }) => message.conversationId))
    const memberships = this.searched.flatMap(({ conversation, membership }) =>
      ids.has(conversation._id.toString()) ? membership : [],
    )
    return new Map((await viewConversations(this.userId, memberships)).map((view) => [view.id, view]))
  }

  private highlights({ text, attachments }: Message): Highlight[] {
    const { terms } = this.parsed
    const inText = highlightsIn(terms, withoutMentions(text)).map((range) => ({ attachmentId: null, ...range }))
    const inNames = attachments.flatMap(({ id, name }) =>
      highlightsIn(terms, name).map((range) => ({ attachmentId: id, ...range })),
    )
    return [...inText, ...inNames]
  }
}

function anyOf(keys: readonly string[]): Key {
  return keys.length === 1 ? keys[0]! : keys
}

function restrict(walks: readonly Walk[], candidates: Candidates | null): void {
  if (!candidates) return
  for (const walk of walks) walk.restrictTo(candidates.get(walk.conversation._id.toString()) ?? [])
}

function newestOf(walks: readonly Walk[]): number {
  return walks.reduce((newest, walk) => Math.max(newest, walk.newest), -Infinity)
}
