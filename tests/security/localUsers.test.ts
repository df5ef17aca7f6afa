import { execFile } from 'node:child_process'
import { chmod, lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MongoClient } from 'mongodb'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { makePrivate } from '../../server/privateData'
import { begun, putPart } from '../support/files/uploads'
import { temporaryFolder } from '../support/folder'
import { register } from '../support/person'
import { startServer } from '../support/server'

const isRoot = process.getuid?.() === 0

/** The paths below a folder, itself included, that others may open in any way. */
async function openToOthers(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const paths = [folder, ...names.map((name) => join(folder, name))]
  const stats = await Promise.all(paths.map((path) => lstat(path)))
  // A socket's own mode is its maker's umask; the folder that it lies in is what closes it.
  return paths.filter((_, index) => (stats[index]!.mode & 0o077) !== 0)
}

/** The TCP ports that a process listens on. */
async function portsOf(pid: number): Promise<number[]> {
  const links = await promisify(execFile)('ls', ['-l', `/proc/${pid}/fd`])
  const inodes = new Set([...links.stdout.matchAll(/socket:\[(\d+)\]/g)].map(([, inode]) => inode))
  const { stdout } = await promisify(execFile)('cat', ['/proc/net/tcp', '/proc/net/tcp6'])
  const rows = stdout.split('\n').map((row) => row.trim().split(/\s+/))
  return rows.filter((row) => row[3] === '0A' && inodes.has(row[9]!)).map((row) => parseInt(row[1]!.split(':')[1]!, 16))
}

describe.skipIf(process.platform !== 'linux' || process.env.TEST_MONGODB_URI)('the data of a server', () => {
  it('is closed to other users of the machine, and the database listens on no port', async () => {
    const parent = await temporaryFolder()
    const DATA_DIR = join(parent, 'data')
    const server = await startServer({ DATA_DIR })
    onTestFinished(() => server.kill())
    const ann = await register(server.url)
    const bob = await register(server.url)
    const upload = await begun(ann, { conversationId: (await ann.chatWith(bob)).id, name: 'note.txt', size: 4 })
    const { etag } = await putPart(ann, upload.parts[0]!, Buffer.from('rain'))
    expect((await ann.post(`/api/uploads/${upload.id}/complete`, { parts: [{ number: 1, etag }] })).status).toBe(200)
    expect(await readdir(join(DATA_DIR, 'files/objects'), { recursive: true })).not.toEqual([])
    expect(await openToOthers(DATA_DIR)).toEqual([])
    expect(await portsOf(server.process.pid!)).toEqual([server.port])
  })

  it('is closed at the start if an earlier version left it open', async () => {
    const parent = await temporaryFolder()
    const DATA_DIR = join(parent, 'data')
    const first = await startServer({ DATA_DIR })
    const ann = await register(first.url)
    await first.stop()
    await mkdir(join(DATA_DIR, 'files/objects/a/b'), { recursive: true })
    await writeFile(join(DATA_DIR, 'files/objects/a/b/c'), 'rain')
    for (const path of [
      DATA_DIR,
      ...(await readdir(DATA_DIR, { recursive: true })).map((name) => join(DATA_DIR, name)),
    ]) {
      await chmod(path, (await lstat(path)).isDirectory() ? 0o755 : 0o644)
    }
    // The tests' own folders are private; what is in them need not be.
    await chmod(DATA_DIR, 0o700)
    const second = await startServer({ DATA_DIR })
    onTestFinished(() => second.kill())
    expect(await openToOthers(DATA_DIR)).toEqual([])
    expect((await ann.at(second.url).get('/api/me')).status).toBe(200)
  })

  it.runIf(isRoot)('lets another user neither connect nor read', async () => {
    const parent = await mkdtemp('/tmp/webchat-others-')
    onTestFinished(() => rm(parent, { recursive: true, force: true }))
    await chmod(parent, 0o755)
    const DATA_DIR = join(parent, 'data')
    const server = await startServer({ DATA_DIR })
    onTestFinished(() => server.kill())
    const asNobody = (script: string) =>
      promisify(execFile)('setpriv', [
        '--reuid=65534',
        '--regid=65534',
        '--clear-groups',
        process.execPath,
        '-e',
        script,
      ])
    const connecting = `require('net').connect('${DATA_DIR}/database/database.sock').on('connect', () => console.log('connected')).on('error', (e) => console.log(e.code))`
    const reading = `try { require('fs').readFileSync('${DATA_DIR}/database/webchat.mdb'); console.log('read') } catch (e) { console.log(e.code) }`
    expect((await asNobody(connecting)).stdout.trim()).toBe('EACCES')
    expect((await asNobody(reading)).stdout.trim()).toBe('EACCES')
  })
})

it('needs no data folder if none can exist', () => {
  expect(makePrivate('/dev/null/data')).toEqual([])
})

describe('a store whose folder can have no socket', () => {
  /** A folder whose path is longer than a socket's may be. */
  async function farFolder(): Promise<string> {
    const folder = join(await temporaryFolder(), 'x'.repeat(60), 'y'.repeat(60))
    await mkdir(folder, { recursive: true })
    return folder
  }

  it('requires a secret that is new at each start, and answers nothing without it', async () => {
    const folder = await farFolder()
    const uris: string[] = []
    for (let round = 0; round < 2; round++) {
      const store = await serveStore({ folder })
      const { uri } = store
      uris.push(uri)
      const { host, username, password } = new URL(uri)
      expect([username, password.length]).toEqual(['webchat', 64])
      const client = await MongoClient.connect(uri)
      await client.db().collection('c').insertOne({ round })
      expect(await client.db().collection('c').countDocuments()).toBe(round + 1)
      await client.close()
      const wrong = `${password.slice(0, -1)}${password.endsWith('0') ? '1' : '0'}`
      const strangers = [
        `mongodb://${host}/webchat`,
        `mongodb://webchat:${wrong}@${host}/webchat?authMechanism=PLAIN&authSource=%24external`,
      ]
      for (const stranger of strangers) {
        const asking = new MongoClient(stranger)
        for (const run of [
          { find: 'c' },
          { insert: 'c', documents: [{}] },
          { listCollections: 1 },
          { dropDatabase: 1 },
        ]) {
          await expect(asking.db('webchat').command(run)).rejects.toThrow(
            /process that started it|Authentication failed/,
          )
        }
        await asking.close()
      }
      await store.close()
    }
    expect(uris[0]!.split('@')[0]).not.toBe(uris[1]!.split('@')[0])
  })
})
