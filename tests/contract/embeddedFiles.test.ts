import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { encode } from '../../server/embedded/bson/document'
import { Database } from '../../server/embedded/store/database'
import { Fence } from '../../server/embedded/store/fence'
import { FORMAT } from '../../server/embedded/store/format'
import { Keyspace, StaleState } from '../../server/embedded/store/keyspace'
import { FORMAT_KEY } from '../../server/embedded/store/layout'
import { serveStore } from '../../server/embedded/serve'
import { disagreements } from '../support/embedded/agreement'
import { temporaryFolder } from '../support/embedded/temporary'

const COUNT = 5_000
const PAGE = 4_096

/** Fills a store with documents, some of them larger than a page. */
async function fill(folder: string): Promise<void> {
  const database = new Database(folder)
  await database.write(() => {
    const collection = database.ensure('db.c')
    for (let _id = 0; _id < COUNT; _id++) {
      const doc = { _id, text: 'x'.repeat(_id % 100 === 0 ? 10_000 : 200) }
      collection.insert(Buffer.from(encode(doc)), doc)
    }
  })
  await database.close()
}

describe('a database file', () => {
  let original: string
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'webchat-store-'))
    await fill(folder)
    original = join(folder, 'webchat.mdb')
    return () => rmSync(folder, { recursive: true, force: true })
  })

  const copied = (): { folder: string; file: string } => {
    const folder = temporaryFolder()
    const file = join(folder, 'webchat.mdb')
    copyFileSync(original, file)
    return { folder, file }
  }

  const overwrite = (file: string, position: number, bytes: Buffer): void => {
    const all = readFileSync(file)
    bytes.copy(all, position)
    writeFileSync(file, all)
  }

  it.each<[string, (file: string, size: number) => void]>([
    ['empty', (file) => truncateSync(file, 0)],
    ['a few bytes', (file) => truncateSync(file, 100)],
    ['its first page', (file) => truncateSync(file, PAGE)],
    ['half of itself', (file, size) => truncateSync(file, Math.floor(size / 2))],
    ['without its last tenth', (file, size) => truncateSync(file, Math.floor(size * 0.9))],
    ['without its first page', (file) => overwrite(file, 0, Buffer.alloc(PAGE))],
    ['without its second page', (file) => overwrite(file, PAGE, Buffer.alloc(PAGE))],
    ['another file', (file) => writeFileSync(file, Buffer.from('this is no database'.repeat(5_000)))],
    ['zeros behind its first pages', (file, size) => overwrite(file, 2 * PAGE, Buffer.alloc(size - 2 * PAGE))],
    ['noise behind its first pages', (file, size) => overwrite(file, 2 * PAGE, Buffer.alloc(size - 2 * PAGE, 'noise'))],
  ])('that is %s is refused with a sentence, and left as it is', async (_what, damage) => {
    const { folder, file } = copied()
    damage(file, statSync(file).size)
    const before = readFileSync(file)
    await expect(serveStore({ folder })).rejects.toThrow(/database file .*webchat\.mdb is damaged: .*backup/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('that is undamaged is opened', async () => {
    const database = new Database(copied().folder)
    expect(disagreements(database, database.find('db.c')!)).toEqual([])
    await database.close()
  })

  it('of the first format is migrated once, and a copy is kept', async () => {
    const { folder, file } = copied()
    const keyspace = new Keyspace(file)
    keyspace.transaction(() => keyspace.remove(FORMAT_KEY))
    await keyspace.close()
    const copy = `${file}.format-1`
    for (let round = 0; round < 2; round++) {
      const database = new Database(folder)
      expect(disagreements(database, database.find('db.c')!)).toEqual([])
      expect(database.keyspace.count(database.find('db.c')!.range)).toBe(COUNT)
      await database.close()
      expect(existsSync(copy)).toBe(true)
      if (round === 0) writeFileSync(copy, 'a copy that nobody may overwrite')
    }
    expect(readFileSync(copy, 'utf8')).toBe('a copy that nobody may overwrite')
  })

  it('of a newer format is refused with its number, and stays unchanged', async () => {
    const { folder, file } = copied()
    const keyspace = new Keyspace(file)
    keyspace.transaction(() => keyspace.put(FORMAT_KEY, encode({ format: FORMAT + 1 })))
    await keyspace.close()
    const before = readFileSync(file)
    await expect(serveStore({ folder })).rejects.toThrow(`format ${FORMAT + 1}, made by a newer version`)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('that is new has the format of this version, and no copy', async () => {
    const folder = temporaryFolder()
    await fill(folder)
    const keyspace = new Keyspace(join(folder, 'webchat.mdb'))
    expect(keyspace.get(FORMAT_KEY)).toEqual(Buffer.from(encode({ format: FORMAT })))
    await keyspace.close()
    expect(existsSync(join(folder, 'webchat.mdb.format-1'))).toBe(false)
  })
})

it('is opened anew when the first transaction would begin on an older state', async () => {
  const folder = temporaryFolder()
  await fill(folder)
  const file = join(folder, 'webchat.mdb')
  const keyspace = new (class extends Keyspace {
    failures = 0
    override transaction<T>(work: () => T): T {
      if (this.failures++ > 0) return super.transaction(work)
      throw new StaleState()
    }
  })(file)
  const fence = new Fence(keyspace, folder)
  fence.demand()
  expect(fence.isCurrent()).toBe(true)
  fence.advance(await keyspace.commit(() => keyspace.put(Buffer.from([9]), Buffer.from('new')), fence.step))
  expect(keyspace.get(Buffer.from([9]))?.toString()).toBe('new')
  expect(fence.isCurrent()).toBe(true)
  await keyspace.close()
})
