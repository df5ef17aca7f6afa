import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../support/folder'
import { register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { runTool } from '../support/tools'

/** Every two seconds, and a bit. */
const OFTEN = { BACKUP_EVERY_HOURS: '0.0007', MONGODB_URI: '' }

const lines = (server: TestServer, words: string) =>
  server.log.filter((line) => line.includes(words)).map((line) => JSON.parse(line))

it('makes scheduled backups, keeps the newest, and it can be restored', async () => {
  const BACKUP_DIR = await temporaryFolder()
  const server = await startServer({ ...OFTEN, BACKUP_DIR, BACKUP_KEEP: '1' })
  const ann = await register(server.url, 'Ann')
  await expect.poll(() => lines(server, 'backup made').length, { timeout: 60_000 }).toBeGreaterThanOrEqual(2)
  expect((await ann.get('/api/ready')).status).toBe(200)
  await server.kill()
  const archives = (await readdir(BACKUP_DIR)).filter((name) => name.endsWith('.tar')).sort()
  expect(archives).toHaveLength(1)
  const restored = await temporaryFolder()
  expect(await runTool(restored, ['restore', join(BACKUP_DIR, archives[0]!)])).toMatchObject({ code: 0, err: '' })
  expect((await runTool(restored, ['check'])).code).toBe(0)
  await server.discard()
})

it('reports a failed backup, and continues to serve', async () => {
  const folder = await temporaryFolder()
  await writeFile(join(folder, 'file'), 'no folder')
  const server = await startServer({ ...OFTEN, BACKUP_DIR: join(folder, 'file', 'backups') })
  await expect.poll(() => lines(server, 'backup.failed').length, { timeout: 60_000 }).toBeGreaterThanOrEqual(1)
  expect(lines(server, 'backup.failed')[0]).toMatchObject({ level: 50, msg: 'security' })
  expect(lines(server, 'the backup failed')[0].reason).toContain('ENOTDIR')
  expect(await (await fetch(`${server.url}/api/ready`)).json()).toEqual({ ready: true })
  await server.discard()
})
