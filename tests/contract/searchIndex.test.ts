import mongoose, { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { matchTerms } from '#shared/domain/search/match'
import { termsOf } from '#shared/domain/search/terms'
import { ConversationModel } from '../../server/models/conversation'
import { MembershipModel } from '../../server/models/membership'
import { MessageModel } from '../../server/models/message'
import { SearchSegmentModel } from '../../server/models/searchSegment'
import { UserModel } from '../../server/models/user'
import { searchMessages, type SearchBounds } from '../../server/services/search/search'
import { addMessage, indexNext, renewSegment, segmentOf } from '../../server/services/search/segments'
import { findMessagesBetween } from '../../server/repositories/messages'
import { findSegments } from '../../server/repositories/searchSegments'
import { Chance } from '../support/chance'
import { databases } from './support/databases'

// The index must never hide a message: every search is compared with looking through all messages.

const COUNTS = [900, 300, 129, 128, 5]
const WORDS = [...'abcdefghijklmnopqrst'].flatMap((letter, index) => Array<string>(20 - index).fill(`${letter}on`))
const RARE = ['zebra', 'zephyr', 'Đường', '明天', '会议', '天会']
const SEARCHES = ['aon', 'aon ton', 'ton son ron', 'zeb', 'z', 'duong', '会议', '明天 aon', 'aon 会']

const me = new Types.ObjectId()
const other = new Types.ObjectId()

describe.each(databases)('on $name', (available) => {
  let stop: () => Promise<void>
  const ids = COUNTS.map(() => new Types.ObjectId())
  const messages: { _id: Types.ObjectId; text: string; conversation: number; time: number }[] = []
  const chance = new Chance(14)

  beforeAll(async () => {
    const database = await available.start()
    stop = database.stop
    await mongoose.connect(database.uri, { dbName: `search_${new Types.ObjectId().toString()}` })
    const models = [ConversationModel, MembershipModel, MessageModel, SearchSegmentModel, UserModel]
    for (const model of models) await model.createIndexes()
    for (const [conversation, count] of COUNTS.entries()) await fill(conversation, count)
  })
  afterAll(async () => {
    if (!available.embedded) await mongoose.connection.dropDatabase()
    await mongoose.disconnect()
    await stop()
  })

  async function fill(conversation: number, count: number) {
    const conversationId = ids[conversation]!
    const documents = Array.from({ length: count }, (_, index) => {
      const words = Array.from({ length: 1 + chance.below(6) }, () => chance.of(WORDS))
      if (chance.oneIn(40)) words.push(chance.of(RARE))
      return {
        _id: new Types.ObjectId(),
        conversationId,
        seq: index + 1,
        rev: index + 1,
        senderId: chance.of([me, other]),
        clientId: `client${index}`,
        kind: 'text',
        text: words.join(' '),
        attachments: [],
        shares: [],
        replyTo: null,
        deletedAt: null,
        editedAt: null,
        createdAt: new Date(1_700_000_000_000 + index * 60_000 + conversation),
      }
    })
    await MessageModel.collection.insertMany(documents)
    for (const { _id, text, createdAt } of documents)
      messages.push({ _id, text, conversation, time: createdAt.getTime() })
    const last = documents.at(-1)!
    const dates = { activeAt: last.createdAt, createdAt: last.createdAt, updatedAt: last.createdAt }
    const settings = { history: 'all' as const, slowModeSeconds: 0, joinApproval: false }
    await ConversationModel.create({
      _id: conversationId,
      kind: 'group',
      name: `Group ${conversation}`,
      settings,
      memberCount: 1,
      seq: count,
      rev: count,
      lastMessageId: last._id,
      ...dates,
    })
    await MembershipModel.create({
      conversationId,
      userId: me,
      role: 'member',
      joinedSeq: 0,
      readSeq: 0,
      notify: 'all',
      pinned: false,
      archived: false,
      joinedAt: new Date(),
    })
  }

  async function search(q: string, conversation?: number, bounds?: SearchBounds): Promise<string[]> {
    const found: string[] = []
    for (let before: string | undefined; ;) {
      const conversationId = conversation === undefined ? undefined : ids[conversation]!.toString()
      const query = { q, limit: 50, utcOffset: 0, before, conversationId }
      const page = await searchMessages(me.toString(), query, bounds)
      found.push(...page.results.map(({ message }) => message.id))
      if (!page.next) return found
      before = page.next
    }
  }

  function expected(q: string, conversation?: number): string[] {
    return messages
      .filter((one) => conversation === undefined || one.conversation === conversation)
      .filter(({ text }) => matchTerms(termsOf(q), [text]).every(Boolean))
      .toSorted((a, b) => b.time - a.time)
      .map(({ _id }) => _id.toString())
  }

  async function compare(bounds?: SearchBounds) {
    for (const q of SEARCHES) {
      expect(await search(q, undefined, bounds), q).toEqual(expected(q))
      for (const conversation of COUNTS.keys())
        expect(await search(q, conversation, bounds), q).toEqual(expected(q, conversation))
    }
  }

  it('finds the same before, while and after the messages are indexed', async () => {
    await compare()
    await indexNext(ids[0]!.toString())
    await indexNext(ids[1]!.toString())
    await compare()
    for (const id of ids) while (await indexNext(id.toString(), { maxSegments: 3, wholeOnly: true }));
    // Only full segments: the one that was begun without this, and those of 128 messages.
    const counts = COUNTS.map((count) => Math.floor(count / 128))
    for (const [index, id] of ids.entries())
      expect(await SearchSegmentModel.countDocuments({ conversationId: id })).toBe(counts[index])
    await compare()
    for (const id of ids) while (await indexNext(id.toString(), { maxSegments: 3 }));
    expect(await SearchSegmentModel.countDocuments({ conversationId: { $in: ids } })).toBe(8 + 3 + 2 + 1 + 1)
    await compare()
  })

  it.each([
    ['no list of segments is short enough', { work: 5_000, shortList: 0, segmentsBeforeLists: 100, longList: 0 }],
    ['the lists are read late', { work: 5_000, shortList: 1, segmentsBeforeLists: 2, longList: 6 }],
    ['the pages end early', { work: 40, shortList: 0, segmentsBeforeLists: 1, longList: 4 }],
  ])('finds the same where %s', async (_, bounds) => {
    await compare(bounds)
  })

  it('reads the segments of an older version, and makes them again', async () => {
    const older = { $unset: { postings: '' }, $set: { hits: Buffer.from([1, 0]) } }
    await SearchSegmentModel.collection.updateMany({ conversationId: ids[1]! }, older)
    expect(await search('aon ton', 1)).toEqual(expected('aon ton', 1))
    const [message] = await findMessagesBetween(ids[1]!, { above: 9, below: 11 }, 'start', 1)
    await addMessage(message!)
    const [first] = await findSegments(ids[1]!, [0])
    expect(first).not.toHaveProperty('hits')
    expect(first!.postings!.length).toBeGreaterThan(0)
    expect(await search('aon ton', 1)).toEqual(expected('aon ton', 1))
  })

  it('finds what a message says since it was edited, and forgets what it said', async () => {
    const [message] = await findMessagesBetween(ids[0]!, { above: 99, below: 101 }, 'start', 1)
    await MessageModel.updateOne({ _id: message!._id }, { $set: { text: 'quokka' } })
    await addMessage({ ...message!, text: 'quokka' })
    messages.find(({ _id }) => _id.equals(message!._id))!.text = 'quokka'
    expect(await search('quokka')).toEqual([message!._id.toString()])
    await MessageModel.updateOne({ _id: message!._id }, { $set: { text: '', deletedAt: new Date() } })
    await renewSegment(ids[0]!, segmentOf(message!.seq))
    expect(await search('quokka')).toEqual([])
    expect(await SearchSegmentModel.countDocuments({ conversationId: ids[0], keys: 'quokka' })).toBe(0)
  })

  it('looks through a segment with too many keys for everything', async () => {
    const id = ids[4]!
    const long = Array.from({ length: 21_000 }, (_, index) => `w${index.toString(36)}q`)
    const texts = [long.slice(0, 7_000), long.slice(7_000, 14_000), long.slice(14_000)].map((words) => words.join(' '))
    for (const [index, text] of texts.entries()) {
      const set = { text, senderId: other }
      await MessageModel.updateOne({ conversationId: id, seq: index + 1 }, { $set: set })
    }
    await renewSegment(id, 0)
    expect((await SearchSegmentModel.findOne({ conversationId: id }))!.keys).toEqual(['*'])
    expect(await search(`${long[8_000]}`)).toHaveLength(1)
    expect(await search(`${long[8_000]}`, 4)).toHaveLength(1)
    expect(await search('aonaon')).toEqual([])
  })
})
