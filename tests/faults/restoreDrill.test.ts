import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { hashOf, read, sentFile, someBytes } from '../support/files/uploads'
import { temporaryFolder } from '../support/folder'
import { register } from '../support/person'
import { allMessages, range } from '../support/sends'
import { startServer } from '../support/server'
import { runTool } from '../support/tools'

/** Messages that are acknowledged before the backup begins. */
const BEFORE = 300

it('a backup under load, restored into a new folder, has everything that was acknowledged before it', async () => {
  const DATA_DIR = await temporaryFolder()
  const backups = await temporaryFolder()
  const firstServer = await startServer({ DATA_DIR })
  const [ann, bob] = await Promise.all([register(firstServer.url, 'Ann'), register(firstServer.url, 'Bob')])
  const chat = (await ann.chatWith(bob)).id
  const bytes = someBytes(300_000)
  const withFile = await sentFile(ann, chat, bytes)
  const acknowledged: Message[] = []
  let reached!: () => void
  const enough = new Promise<void>((resolve) => (reached = resolve))
  const socket = await bob.connect()
  let isAlive = true
  const stream = async (): Promise<void> => {
    while (isAlive) {
      const answer = await socket.request('message.send', {
        conversationId: chat,
        clientId: crypto.randomUUID(),
        text: `message ${acknowledged.length}`,
      })
      acknowledged.push(answer.data.message)
      if (acknowledged.length === BEFORE) reached()
    }
  }
  const streams = Promise.allSettled(Array.from({ length: 10 }, stream))
  await enough
  const before = [...acknowledged]
  const backup = await runTool(DATA_DIR, ['backup', backups])
  expect(backup).toMatchObject({ code: 0, err: '' })
  // The load went on all the time, and so did the server.
  expect(acknowledged.length).toBeGreaterThan(before.length)
  isAlive = false
  await firstServer.kill()
  await streams

  const [archive] = await readdir(backups)
  expect(archive).toMatch(/^webchat-.*Z\.tar$/)
  expect((await stat(join(backups, archive!))).mode & 0o777).toBe(0o600)
  const restored = join(await temporaryFolder(), 'data')
  expect(await runTool(restored, ['restore', join(backups, archive!)])).toMatchObject({ code: 0, err: '' })
  expect(existsSync(join(restored, 'restoring'))).toBe(false)
  expect(await runTool(restored, ['check'])).toMatchObject({ code: 0, err: '' })

  // The secret came with it, so nobody has to sign in again.
  const server = await startServer({ DATA_DIR: restored })
  const stored = await allMessages(ann.at(server.url), chat)
  expect(stored.map(({ seq }) => seq)).toEqual(range(1, stored.length))
  const ids = new Set(stored.map(({ id }) => id))
  expect(before.filter(({ id }) => !ids.has(id))).toEqual([])
  const file = await read(ann.at(server.url), withFile.attachments[0]!.url)
  expect(hashOf(file.bytes)).toBe(hashOf(bytes))
  await ann.at(server.url).send(chat, 'and on it goes')
  // While a server runs, too.
  expect(await runTool(restored, ['check'])).toMatchObject({ code: 0, err: '' })
  await server.kill()
  expect(await runTool(restored, ['compact'])).toMatchObject({ code: 0, err: '' })
  expect(await runTool(restored, ['check'])).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('All is well.'),
  })
})

it('no server starts on a folder with an interrupted restore, and the restore can be run again', async () => {
  const DATA_DIR = await temporaryFolder()
  const server = await startServer({ DATA_DIR })
  const ann = await register(server.url, 'Ann')
  const archive = join(await temporaryFolder(), 'whole.tar')
  expect(await runTool(DATA_DIR, ['backup', archive])).toMatchObject({ code: 0, err: '' })
  await server.kill()

  // As it is when it dies between moving away what was there and putting the backup in its place.
  await mkdir(join(DATA_DIR, 'before-restore-2026-01-01T00-00-00Z'))
  await rename(join(DATA_DIR, 'database'), join(DATA_DIR, 'before-restore-2026-01-01T00-00-00Z/database'))
  await mkdir(join(DATA_DIR, 'restoring/unpacked'), { recursive: true })
  await expect(startServer({ DATA_DIR })).rejects.toThrow('was cut off. Run it again')
  expect(existsSync(join(DATA_DIR, 'database'))).toBe(false)

  expect(await runTool(DATA_DIR, ['restore', archive, '--aside'])).toMatchObject({ code: 0, err: '' })
  const again = await startServer({ DATA_DIR })
  expect((await ann.at(again.url).get('/api/me')).status).toBe(200)
  await again.discard()
})
