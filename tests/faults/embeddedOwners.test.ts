import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { MongoClient, type Collection } from 'mongodb'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { mendLostWrites } from '../../server/repositories/lostWrites'
import { bundleStoreProcess } from '../support/embedded/bundle'
import { temporaryFolder } from '../support/embedded/temporary'

// The clients of these tests lose their database again and again.
mendLostWrites()

const ROUNDS = 20
const BEAT_MS = 10

interface Owner {
  child: ChildProcess
  uri: string
  exit: Promise<number | null>
  said(): string
}
interface Entry {
  _id: string
  by: string
}

let entry: string
beforeAll(async () => {
  entry = await bundleStoreProcess()
})

/** Starts a process that owns the folder; rejects with what it said when it may not. */
async function own(folder: string, command = process.execPath, before: string[] = []): Promise<Owner> {
  const child = spawn(command, [...before, entry, folder, String(BEAT_MS)], { stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const exit = once(child, 'close').then(([code]) => code as number | null)
  const first = await Promise.race([once(child.stdout, 'data').then(([chunk]) => String(chunk)), exit])
  if (typeof first !== 'string') throw new Error(said)
  return { child, uri: first.trim(), exit, said: () => said }
}

/**
 * Inserts one after the other until the owner is gone; what comes later reaches the next one, by the same socket.
 * @param acknowledged takes the ids that were acknowledged
 */
async function insertUntilGone(
  { child }: Owner,
  collection: Collection<Entry>,
  name: string,
  acknowledged: string[],
): Promise<void> {
  for (let i = 0; child.exitCode === null && child.signalCode === null; i++) {
    const inserted = await collection.insertOne({ _id: `${name}-${i}`, by: name }).then(
      () => true,
      () => false,
    )
    if (inserted) acknowledged.push(`${name}-${i}`)
    // A client that is closed fails at once. Without a pause the loop would keep the exit from being noticed.
    else await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Makes the lock of a folder lie, and takes the socket away, as if the file system had neither. @returns the owner's token */
function deceive(folder: string, lie: object): string {
  const file = join(folder, 'owner.json')
  const owner = JSON.parse(readFileSync(file, 'utf8')) as { token: string }
  writeFileSync(file, JSON.stringify({ ...owner, ...lie }))
  rmSync(join(folder, 'database.sock'), { force: true })
  return owner.token
}

/** Who the lock says is the owner; nobody in the moment of taking over. */
function tokenOf(folder: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as { token: string }).token
  } catch {
    return undefined
  }
}

const connected = async (uri: string) => {
  const client = await MongoClient.connect(uri, { serverSelectionTimeoutMS: 5_000, maxPoolSize: 4 })
  onTestFinished(() => client.close(true))
  return client.db().collection<Entry>('entries')
}

describe('two processes that both believe that they are the owner', () => {
  /** Each round: an owner at work, another process that believes it dead and takes over, both told to insert. */
  async function rounds(pause: (first: Owner) => void, resume: (first: Owner) => void, lie: object): Promise<void> {
    const folder = temporaryFolder()
    const acknowledged: string[] = []
    let first = await own(folder)
    for (let round = 0; round < ROUNDS; round++) {
      const owner = first
      const entries = await connected(owner.uri)
      const inserting = [0, 1, 2, 3].map((n) => insertUntilGone(owner, entries, `${round}-${n}`, acknowledged))
      await expect
        .poll(() => acknowledged.some((id) => id.startsWith(`${round}-`)), { interval: 2, timeout: 20_000 })
        .toBe(true)
      pause(first)
      const token = deceive(folder, lie)
      const taking = own(folder)
      await expect.poll(() => tokenOf(folder), { interval: 2 }).not.toBe(token)
      // One that was stopped inside a write holds the writers' lock: only now can the other go on.
      resume(first)
      const second = await taking
      expect(await first.exit).toBe(1)
      expect(first.said()).toContain('Another process has taken over the store')
      await Promise.all(inserting)
      first = second
    }
    const found = await (await connected(first.uri)).find().toArray()
    const kept = new Map(found.map((one) => [one._id, one.by]))
    expect(acknowledged.filter((id) => kept.get(id) !== id.slice(0, id.lastIndexOf('-')))).toEqual([])
    expect(acknowledged.length).toBeGreaterThanOrEqual(ROUNDS)
    first.child.kill('SIGKILL')
  }

  it('lose no acknowledged write if process ids mean nothing', async () => {
    await rounds(
      () => {},
      () => {},
      { pid: 2 ** 22 + 1, startedAt: 'x:1' },
    )
  }, 300_000)

  it('lose no acknowledged write if the first was stopped for long, and resumed', async () => {
    const lie = { host: `not-${hostname()}` }
    await rounds(
      (first) => first.child.kill('SIGSTOP'),
      (first) => first.child.kill('SIGCONT'),
      lie,
    )
  }, 300_000)
})

describe('a second process is refused', () => {
  it('while the first is stopped, also under another host name', async () => {
    const folder = temporaryFolder()
    const first = await own(folder)
    first.child.kill('SIGSTOP')
    const file = join(folder, 'owner.json')
    writeFileSync(
      file,
      JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), host: `not-${hostname()}` }),
    )
    await expect(own(folder)).rejects.toThrow(/belongs to process/)
  })

  it('when the lock file is gone', async () => {
    const folder = temporaryFolder()
    await own(folder)
    rmSync(join(folder, 'owner.json'))
    await expect(own(folder)).rejects.toThrow(/belongs to another process/)
  })

  it.runIf(canUnshare())('in a container with the same host name and separate process ids', async () => {
    const folder = temporaryFolder()
    const inContainer = () =>
      own(folder, 'unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath])
    await own(folder)
    await expect(inContainer()).rejects.toThrow(/belongs to process/)
    const other = temporaryFolder()
    await own(other, 'unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', process.execPath])
    await expect(own(other)).rejects.toThrow(/belongs to process/)
  })
})

function canUnshare(): boolean {
  try {
    execFileSync('unshare', ['--pid', '--fork', '--mount-proc', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
