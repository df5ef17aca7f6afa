import { MongoClient, ObjectId } from 'mongodb'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { temporaryFolder } from '../support/folder'
import { register } from '../support/person'
import { startServer } from '../support/server'

const MESSAGES = 10_000

// Between servers the test opens the embedded store itself.
it.skipIf(process.env.TEST_MONGODB_URI)(
  'a server that is killed while it deletes a group deletes the rest at its next start',
  async () => {
    const DATA_DIR = await temporaryFolder()
    const first = await startServer({ DATA_DIR })
    const ann = await register(first.url)
    const groups = await Promise.all(
      ['Gone', 'Kept'].map(
        async (name) =>
          (await ann.post('/api/conversations', { kind: 'group', name, memberIds: [] })).body.conversation.id as string,
      ),
    )
    const [gone, kept] = groups as [string, string]
    await ann.send(kept, 'stays')
    await first.stop()

    async function inStore<T>(run: (db: ReturnType<MongoClient['db']>) => Promise<T>): Promise<T> {
      const store = await serveStore({ folder: join(DATA_DIR, 'database') })
      const client = await MongoClient.connect(store.uri)
      try {
        return await run(client.db())
      } finally {
        await client.close()
        await store.close()
      }
    }
    const countOf = (id: string) =>
      inStore((db) => db.collection('messages').countDocuments({ conversationId: new ObjectId(id) }))

    await inStore(async (db) => {
      const conversationId = new ObjectId(gone)
      const message = (n: number) => ({
        conversationId,
        seq: n,
        rev: n,
        senderId: new ObjectId(ann.user.id),
        clientId: `client-${n}`,
        kind: 'text',
        text: `message ${n}`,
        attachments: [],
        shares: [],
        replyTo: null,
        editedAt: null,
        deletedAt: null,
        createdAt: new Date(),
      })
      for (let from = 2; from < MESSAGES; from += 1_000) {
        await db.collection('messages').insertMany(Array.from({ length: 1_000 }, (_, i) => message(from + i)))
      }
    })

    const second = await startServer({ DATA_DIR })
    onTestFinished(() => second.kill())
    expect((await ann.at(second.url).request('DELETE', `/api/conversations/${gone}`)).status).toBe(204)
    await second.kill()
    expect(await countOf(gone)).toBeGreaterThan(0)

    const third = await startServer({ DATA_DIR })
    onTestFinished(() => third.kill())
    await expect
      .poll(() => third.log.some((line) => line.includes('"msg":"group deleted"') && line.includes(gone)), {
        timeout: 60_000,
      })
      .toBe(true)
    expect((await ann.at(third.url).get(`/api/conversations/${gone}`)).status).toBe(404)
    await third.stop()
    expect(await countOf(gone)).toBe(0)
    expect(await inStore((db) => db.collection('deletedGroups').countDocuments())).toBe(0)
    expect(await countOf(kept)).toBeGreaterThan(0)
  },
  120_000,
)
