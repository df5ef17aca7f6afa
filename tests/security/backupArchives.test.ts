import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { MongoClient } from 'mongodb'
import { extract, pack } from 'tar-stream'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { temporaryFolder } from '../support/folder'
import { runTool } from '../support/tools'

interface Entry {
  name: string
  type?: 'file' | 'symlink' | 'link' | 'directory'
  linkname?: string
  body: Buffer
}

let home: string
let archive: string
let entries: Entry[]

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'webchat-test-'))
  const dataDir = join(home, 'data')
  await mkdir(join(dataDir, 'files/objects/uploads/one'), { recursive: true })
  const store = await serveStore({ folder: join(dataDir, 'database') })
  const client = await MongoClient.connect(store.uri)
  await client
    .db()
    .collection('messages')
    .insertMany(Array.from({ length: 200 }, (_, seq) => ({ seq, text: 'x'.repeat(500) })))
  await client.close()
  await store.close()
  await writeFile(join(dataDir, 'jwt-secret'), 'a secret')
  await writeFile(join(dataDir, 'files/objects/uploads/one/original'), 'the bytes of a file')
  await writeFile(join(dataDir, 'files/objects/uploads/one/empty'), '')
  archive = join(home, 'good.tar')
  const { code, err } = await runTool(dataDir, ['backup', archive])
  if (code !== 0) throw new Error(err)
  entries = await entriesOf(archive)
})
afterAll(() => rm(home, { recursive: true, force: true }))

async function entriesOf(path: string): Promise<Entry[]> {
  const found: Entry[] = []
  const reader = createReadStream(path).pipe(extract())
  for await (const entry of reader as AsyncIterable<any>) {
    const chunks: Buffer[] = []
    for await (const chunk of entry) chunks.push(chunk)
    found.push({ name: entry.header.name, body: Buffer.concat(chunks) })
  }
  return found
}

/** An archive of these entries, with hashes that fit unless they are given. */
async function archiveOf(changed: Entry[]): Promise<string> {
  const path = join(await temporaryFolder(), 'made.tar')
  const writer = pack()
  const written = pipeline(writer as unknown as NodeJS.ReadableStream, createWriteStream(path))
  const content = changed.filter(({ name }) => name !== 'hashes.txt')
  const hashes = content
    .map(({ name, body }) => `${createHash('sha256').update(body).digest('hex')}  ${name}\n`)
    .join('')
  for (const { body, ...header } of content)
    writer.entry({ ...header, ...(header.linkname ? { size: 0 } : {}) }, header.linkname ? '' : body)
  writer.entry({ name: 'hashes.txt' }, hashes)
  writer.finalize()
  await written
  return path
}

const withEntry = (entry: Partial<Entry>) => archiveOf([...entries, { name: 'x', body: Buffer.from('evil'), ...entry }])

/** Restores into a new folder, which must stay empty, and so must what is around it. */
async function refused(path: string): Promise<string> {
  const around = await temporaryFolder()
  const { code, out, err } = await runTool(join(around, 'data'), ['restore', path])
  expect(code).toBe(1)
  expect(out).toBe('')
  expect(await readdir(around)).toEqual(['data'])
  expect(await readdir(join(around, 'data'))).toEqual([])
  expect(err.trim().split('\n')).toHaveLength(1)
  return err
}

it('contains everything, with hashes for sha256sum, and restores it unchanged', async () => {
  expect(entries.map(({ name }) => name)).toEqual([
    'manifest.json',
    'database/webchat.mdb',
    'jwt-secret',
    expect.stringMatching('files/objects/uploads/one/'),
    expect.stringMatching('files/objects/uploads/one/'),
    'hashes.txt',
  ])
  expect(JSON.parse(entries[0]!.body.toString())).toMatchObject({
    format: 1,
    database: { format: 2, collections: { 'webchat.messages': 200 } },
  })
  const restored = await temporaryFolder()
  expect(await runTool(restored, ['restore', await archiveOf(entries)])).toMatchObject({ code: 0, err: '' })
  expect((await readdir(restored)).sort()).toEqual(['database', 'files', 'jwt-secret'])
  expect(await readFile(join(restored, 'files/objects/uploads/one/original'), 'utf8')).toBe('the bytes of a file')
  expect(await runTool(restored, ['restore', archive])).toMatchObject({
    code: 1,
    err: expect.stringContaining('is not empty'),
  })
  expect(await runTool(restored, ['restore', archive, '--aside'])).toMatchObject({ code: 0, err: '' })
  expect(await readdir(restored)).toEqual(
    expect.arrayContaining(['database', 'files', 'jwt-secret', expect.stringMatching(/^before-restore-/)]),
  )
})

it.each([
  'files/objects/../../../escaped',
  '../escaped',
  '/tmp/webchat-escaped',
  'files/objects/a//b',
  'files/objects/./b',
  'files/objects/..',
  '..',
  'database/other.mdb',
  'database',
  'files',
  'files/objects/',
  'restoring',
  'files/objects/a\\..\\b',
  'some/where',
])('refuses an entry with the name %s', async (name) => {
  expect(await refused(await withEntry({ name }))).toContain('an entry that no backup has')
})

it.each(['symlink', 'link', 'directory'] as const)('refuses a %s', async (type) => {
  const refusal = await refused(await withEntry({ name: 'files/objects/x', type, linkname: '/etc/passwd' }))
  expect(refusal).toContain('an entry that no backup has')
})

it('refuses a repeated, a missing and a changed entry', async () => {
  await refused(await withEntry({ ...entries[2] }))
  expect(await refused(await archiveOf(entries.filter(({ name }) => name !== 'database/webchat.mdb')))).toContain(
    'ends too early',
  )
  // The archive's own bytes change: its hashes stay.
  const bytes = await readFile(archive)
  const at = bytes.indexOf('the bytes of a file')
  bytes[at] = bytes[at]! ^ 1
  const damaged = join(await temporaryFolder(), 'damaged.tar')
  await writeFile(damaged, bytes)
  expect(await refused(damaged)).toContain('files/objects/uploads/one/original is damaged')
})

it('refuses an archive that was truncated anywhere', async () => {
  const bytes = await readFile(archive)
  const path = join(await temporaryFolder(), 'cut.tar')
  for (const length of [
    0,
    100,
    512,
    5_000,
    Math.floor(bytes.length / 2 / 512) * 512,
    bytes.length - 2_560,
    bytes.length - 2_000,
  ]) {
    await writeFile(path, bytes)
    await truncate(path, length)
    expect(await refused(path)).toContain('cannot be restored')
  }
})

it('refuses another format, another file, and a database that is damaged or of a newer version', async () => {
  const manifest = JSON.parse(entries[0]!.body.toString())
  const withManifest = (text: string) =>
    archiveOf([{ name: 'manifest.json', body: Buffer.from(text) }, ...entries.slice(1)])
  expect(await refused(await withManifest(JSON.stringify({ ...manifest, format: 2 })))).toContain('it is of format 2')
  expect(await refused(await withManifest('{'))).toContain('manifest.json')
  expect(await refused(await withManifest('null'))).toContain('manifest.json')
  expect(await refused(await archiveOf(entries.slice(1)))).toContain('not a backup of WebChat')
  const text = join(await temporaryFolder(), 'letter.txt')
  await writeFile(text, 'Dear all, this is no archive. '.repeat(100))
  expect(await refused(text)).toContain('cannot be restored')
  const database = entries[1]!
  expect(
    await refused(
      await archiveOf([entries[0]!, { ...database, body: database.body.subarray(0, 8192) }, ...entries.slice(2)]),
    ),
  ).toContain('damaged')
})

it('refuses a folder on which a server runs', async () => {
  const dataDir = await temporaryFolder()
  const store = await serveStore({ folder: join(dataDir, 'database') })
  const { code, err } = await runTool(dataDir, ['restore', archive, '--aside'])
  expect(code).toBe(1)
  expect(err).toContain('belongs to process')
  expect(await readdir(dataDir)).toEqual(['database'])
  await store.close()
})
