import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { socketPathOf } from './wire/privateListener'

/** Who owns a folder. The pid alone does not tell: in a container that starts again it is the same, mostly 1. */
interface Owner { pid: number; startedAt: string; host: string; token: string }

/** An owner in another container, whose pid means nothing here, counts as dead after missing this many beats. */
const MAX_MISSED_BEATS = 10

/**
 * Makes this process the one owner of a store folder. What the lock file says of an owner can be wrong (another
 * container's process numbers, an owner that is stopped), so the kernel is asked first: whoever listens on the store's
 * socket lives, in whatever container, also when it does not answer. What is believed wrongly nevertheless, the store's
 * fencing token makes harmless (store/fence.ts).
 * @param beatMs how often the owner shows that it is alive, in milliseconds
 * @returns a function that gives it up
 * @throws Error when a live process owns it
 */
export async function lockFolder(folder: string, beatMs: number): Promise<() => void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'owner.json')
  const me: Owner = { pid: process.pid, startedAt: startOf(process.pid), host: hostname(), token: randomUUID() }
  // The lock appears with its contents, so that nobody ever reads half of it.
  const draft = join(folder, `owner.${me.token}`)
  writeFileSync(draft, JSON.stringify(me))
  try {
    if (await isListening(folder)) throw inUse(folder, read(file))
    while (!claim(draft, file)) {
      const owner = read(file)
      if (owner && await isAlive(owner, file, beatMs)) throw inUse(folder, owner)
      takeAway(file, owner?.token, `${draft}.stale`)
    }
  } finally {
    rmSync(draft, { force: true })
  }
  const beat = setInterval(() => {
    // A lock that another process has taken is not ours to keep alive.
    if (read(file)?.token === me.token) touch(file)
  }, beatMs)
  beat.unref()
  return () => {
    clearInterval(beat)
    if (read(file)?.token === me.token) rmSync(file, { force: true })
  }
}

/** Whether a live process owns a store folder. @param beatMs how often an owner shows that it is alive, in milliseconds */
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

/** Whether a process listens on the socket of a store. A connection waits in the kernel for one that is stopped. */
function isListening(folder: string): Promise<boolean> {
  const path = socketPathOf(folder)
  if (path === undefined) return Promise.resolve(false)
  return new Promise<boolean>((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Refused: its listener is gone. Not there, or no socket: there was none. Anything else is a listener that is busy.
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(!['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'ENOTDIR'].includes(code ?? '')))
  })
}

/** Linking fails when the name exists, which makes it the atomic step. */
function claim(draft: string, file: string): boolean {
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Moves a dead owner's lock out of the way; one that changed hands meanwhile goes back. */
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

/** When a process started, in the kernel's ticks with the boot they count from; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may hold spaces; the start time is the 20th field behind it.
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
    // The folder is gone or the disk is full; neither is this timer's to report.
  }
}
