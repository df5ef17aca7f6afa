import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { socketPathOf } from './wire/privateListener'

/** The owner of a folder. The pid alone does not identify it: a restarted container has the same one, usually 1. */
interface Owner {
  pid: number
  startedAt: string
  host: string
  token: string
}

/** After this many missed beats, an owner in another container, whose pid means nothing here, counts as dead. */
const MAX_MISSED_BEATS = 10

/**
 * Makes this process the only owner of a store folder. The lock file may be wrong about an owner, for example one with
 * the pids of another container or one that is stopped. So the kernel is asked first: a process that listens on the
 * store's socket is alive, in whatever container, even if it does not answer. If this still goes wrong, the store's
 * fencing token makes it harmless (store/fence.ts).
 * @param beatMs how often the owner shows that it is alive, in milliseconds
 * @returns a function that releases the folder
 * @throws Error when a live process owns it
 */
export async function lockFolder(folder: string, beatMs: number): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'owner.json')
  const me: Owner = { pid: process.pid, startedAt: startOf(process.pid), host: hostname(), token: randomUUID() }
  // The lock appears with its content, so that nobody ever reads half of it.
  const draft = join(folder, `owner.${me.token}`)
  writeFileSync(draft, JSON.stringify(me))
  try {
    if (await isListening(folder)) throw inUse(folder, read(file))
    while (!claim(draft, file)) {
      const owner = read(file)
      if (owner && (await isAlive(owner, file, beatMs))) throw inUse(folder, owner)
      takeAway(file, owner?.token, `${draft}.stale`)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  const beat = setInterval(() => {
    // Another process has taken the lock, so this one must not keep it alive.
    if (read(file)?.token === me.token) touch(file)
  }, beatMs)
  beat.unref()
  return () => {
    clearInterval(beat)
    if (read(file)?.token === me.token) rmSync(file, { force: true })
  }
}

/**
 * Whether a live process owns a store folder.
 * @param beatMs how often an owner shows that it is alive, in milliseconds
 */
export async function isOwned(folder: string, beatMs: number): Promise<boolean> {
  if (await isListening(folder)) return true
  const file = join(folder, 'owner.json')
  const owner = read(file)
  return owner !== undefined && isAlive(owner, file, beatMs)
}

function inUse(folder: string, owner: Owner | undefined): Error {
  const whose = owner ? `process ${owner.pid} on ${owner.host}` : 'another process'
  return new Error(`The store in ${folder} belongs to ${whose}, which is running. Stop it, or choose another folder.`)
}

/** Whether a process listens on a store's socket. The kernel accepts connections even for a process that is stopped. */
function isListening(folder: string): Promise<boolean> {
  const path = socketPathOf(folder)
  if (path === undefined) return Promise.resolve(false)
  return new Promise<boolean>((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Refused: the listener is gone. Missing, or no socket: there was none. Any other error means a busy listener.
    socket.once('error', ({ code }: NodeJS.ErrnoException) =>
      resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'ENOTDIR'].includes(code ?? '')),
    )
  })
}

/** Creates the lock atomically: linking fails if the name exists. */
function claim(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead owner's lock out of the way. A lock that changed hands meanwhile is put back. */
function takeAway(file: string, token: string | undefined, aside: string): void {
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  if (read(aside)?.token !== token) claim(aside, file)
  rmSync(aside, { force: true })
}

function read(file: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Owner
  } catch {
    return undefined
  }
}

async function isAlive(owner: Owner, file: string, beatMs: number): Promise<boolean> {
  if (owner.host === hostname()) return startOf(owner.pid) === owner.startedAt && exists(owner.pid)
  const beat = beatOf(file)
  for (let missed = 0; missed < MAX_MISSED_BEATS; missed++) {
    await wait(beatMs)
    if (beatOf(file) !== beat) return true
  }
  return false
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process started, in kernel ticks, with the boot that they count from. Empty: the system does not say. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may contain spaces. The start time is the 20th field after it.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${ticks}`
  } catch {
    return ''
  }
}

function beatOf(file: string): number {
  try {
    return statSync(file).mtimeMs
  } catch {
    return 0
  }
}

function touch(file: string): void {
  try {
    utimesSync(file, new Date(), new Date())
  } catch {
    // The folder is gone or the disk is full. Others report that.
  }
}
