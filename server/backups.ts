import { spawn, type ChildProcess } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { config } from './config'
import { logger } from './observability/logger'
import { logSecurityEvent } from './observability/securityEvents'
import { archiveTime } from './tools/folder'

/** Milliseconds after which the clock is looked at again at the latest. */
const LOOK_AGAIN_MS = 3_600_000
/** Milliseconds until one that failed is tried again, unless the next is due before. */
const RETRY_MS = 15 * 60_000
/** How much behind everything else a backup stands for the processor. */
const NICENESS = 10

/**
 * Makes backups by the clock: one is due so long after the newest that is there, also when that was made by hand or before
 * this start. Each runs in a process of its own, which reads beside the database's thread; never two at a time.
 * @param tool the program `webchat`
 * @returns stops it, with the backup under way
 */
export function startBackups(backups: NonNullable<typeof config.backups>, tool: URL): () => void {
  let timer: NodeJS.Timeout | undefined
  let child: ChildProcess | undefined
  let isStopped = false

  async function plan(notBefore = 0): Promise<void> {
    const due = Math.max(((await newest(backups.dir)) ?? 0) + backups.everyMs, notBefore)
    if (isStopped) return
    const wait = Math.max(0, due - Date.now())
    timer = setTimeout(() => void (wait <= LOOK_AGAIN_MS ? make() : plan(notBefore)), Math.min(wait, LOOK_AGAIN_MS))
    timer.unref()
  }

  async function make(): Promise<void> {
    const began = performance.now()
    const { code, said } = await run((started) => (child = started))
    child = undefined
    if (isStopped) return
    if (code === 0) logger.info({ archive: said, duration: Math.round(performance.now() - began) }, 'backup made')
    else {
      logger.error({ reason: said }, 'the backup failed')
      logSecurityEvent('backup.failed', {})
    }
    await plan(code === 0 ? 0 : Date.now() + Math.min(RETRY_MS, backups.everyMs))
  }

  /** Runs the tool to its end. @returns its exit code, and the last line that it said */
  function run(onStart: (child: ChildProcess) => void): Promise<{ code: number | null; said: string }> {
    return new Promise((resolve) => {
      const started = spawn(process.execPath, [fileURLToPath(tool), 'backup', backups.dir, '--keep', String(backups.keep)], {
        env: { PATH: process.env.PATH, DATA_DIR: config.dataDir },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      onStart(started)
      let said = ''
      for (const stream of [started.stdout, started.stderr]) stream.on('data', (chunk) => (said = `${said}${String(chunk)}`.slice(-1_000)))
      started.once('error', (error) => resolve({ code: null, said: error.message }))
      started.once('close', (code) => resolve({ code, said: said.trim().split('\n').at(-1) ?? '' }))
      try {
        if (started.pid !== undefined) setPriority(started.pid, NICENESS)
      } catch {
        // It is as important as everything else, then.
      }
    })
  }

  void plan()
  return () => {
    isStopped = true
    clearTimeout(timer)
    child?.kill()
  }
}

/** When the newest archive was made; one of a clock that was ahead does not count. */
async function newest(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => [])
  const times = names.map(archiveTime).filter((time) => time !== undefined && time <= Date.now())
  return times.length > 0 ? Math.max(...times.map(Number)) : undefined
}
