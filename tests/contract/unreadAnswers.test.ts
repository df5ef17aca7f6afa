import mongoose, { Types } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MessageModel, type MessageRecord } from '../../server/models/message'
import { readUnread } from '../../server/repositories/unread'
import { Chance } from '../support/chance'
import { databases } from './support/databases'

const me = new Types.ObjectId()
const other = new Types.ObjectId()

describe.each(databases)('on $name', (available) => {
  let stop: () => Promise<void>
  beforeAll(async () => {
    const database = await available.start()
    stop = database.stop
    await mongoose.connect(database.uri, { dbName: `unread_${new Types.ObjectId().toString()}` })
    await MessageModel.createIndexes()
  })
  afterAll(async () => {
    if (!available.embedded) await mongoose.connection.dropDatabase()
    await mongoose.disconnect()
    await stop()
  })

  it('the answers are right while messages are added, edited and deleted, and the reader reads', async () => {
    const chance = new Chance(11)
    const conversationId = new Types.ObjectId()
    const messages: Pick<MessageRecord, 'senderId' | 'kind' | 'deletedAt' | 'mentions'>[] = []
    let rev = 0
    let after = 0

    async function add() {
      const mentions = chance.oneIn(4) ? [me.toString()] : undefined
      const kind = chance.oneIn(6) ? ('system' as const) : ('text' as const)
      const message = { senderId: chance.of([me, other]), kind, deletedAt: null, ...(mentions && { mentions }) }
      messages.push(message)
      const numbers = { conversationId, seq: messages.length, rev: ++rev, clientId: `${rev}` }
      await MessageModel.collection.insertOne({ ...message, ...numbers })
    }

    async function change(fields: Partial<MessageRecord>) {
      const seq = 1 + chance.below(messages.length)
      if (messages[seq - 1]!.deletedAt) return
      Object.assign(messages[seq - 1]!, fields)
      await MessageModel.collection.updateOne({ conversationId, seq }, { $set: { ...fields, rev: ++rev } })
    }

    for (let step = 0; step < 200; step++) {
      const kind = chance.below(10)
      if (kind < 7 || messages.length === 0) await add()
      else if (kind === 7) await change({ deletedAt: new Date() })
      else if (kind === 8) await change({ mentions: chance.oneIn(2) ? [me.toString()] : [] })
      else after += chance.below(messages.length - after + 1)
      if (chance.oneIn(2)) continue
      const unread = messages.flatMap((message, index) => {
        const counts = message.kind === 'text' && !message.deletedAt && message.senderId !== me
        return counts && index >= after ? [{ ...message, seq: index + 1 }] : []
      })
      const end = messages.length
      const [answer] = await readUnread([{ conversationId, readerId: me, after, end, rev, isGroup: true }])
      expect(end - after - answer!.uncounted).toBe(unread.length)
      const mentionSeqs = unread.filter(({ mentions }) => mentions?.includes(me.toString())).map(({ seq }) => seq)
      expect(answer).toMatchObject({ mentions: mentionSeqs.length, mentionSeqs: mentionSeqs.slice(0, 100) })
    }
  })
})
