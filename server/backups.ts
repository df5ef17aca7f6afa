import { spawn, type ChildProcess } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { fileURLToPath } from 'node:url'
import { config } from './config'
import { logger } from './observability/logger'
import { logSecurityEvent } from './observability/securityEvents'
import { archiveTime } from './tools/folder'

/** The longest timer in milliseconds. After it the clock is read again, because it may have been changed. */
const MAX_TIMER_MS = 3_600_000
/** Milliseconds until a failed backup is tried again, unless the next one is due before. */
const RETRY_MS = 15 * 60_000
/** The niceness of a backup's process: everything else gets the processor first. */
const NICENESS = 10

/**
 * Makes backups regularly. A backup is due a fixed time after the newest archive, even if that was made by hand or
 * before this start. Each runs in its own process, which reads the database at the same time as the server; never two
 * at once.
 * @param tool the program `webchat`
 * @returns a function that stops this, and the backup under way
 */
export function startBackups(backups: NonNullable<typeof config.backups>, tool: URL): () => void {
  let timer: NodeJS.Timeout | undefined
  let child: ChildProcess | undefined
  let isStopped = false

  async function plan(notBefore = 0): Promise<void> {
    const due = Math.max(((await newest(backups.dir)) ?? 0) + backups.everyMs, notBefore)
    if (isStopped) return
    const wait = Math.max(0, due - Date.now())
    timer = setTimeout(() => void (wait <= MAX_TIMER_MS ? make() : plan(notBefore)), Math.min(wait, MAX_TIMER_MS))
    timer.unref()
  }

  async function make(): Promise<void> {
    const began = performance.now()
    const { code, output } = await run((started) => (child = started))
    child = undefined
    if (isStopped) return
    if (code === 0) logger.info({ archive: output, duration: Math.round(performance.now() - began) }, 'backup made')
    else {
      logger.error({ reason: output }, 'the backup failed')
      logSecurityEvent('backup.failed', {})
    }
    await plan(code === 0 ? 0 : Date.now() + Math.min(RETRY_MS, backups.everyMs))
  }

  /** Runs the tool to its end. @returns its exit code, and the last line of its output */
  function run(onStart: (child: ChildProcess) => void): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve) => {
      const started = spawn(
        process.execPath,
        [fileURLToPath(tool), 'backup', backups.dir, '--keep', String(backups.keep)],
        {
          env: { PATH: process.env.PATH, DATA_DIR: config.dataDir },
          stdio: ['ignore', 'pipe', 'pipe'],
        },
      )
      onStart(started)
      let output = ''
      for (const stream of [started.stdout, started.stderr])
        stream.on('data', (chunk) => (output = `${output}${String(chunk)}`.slice(-1_000)))
      started.once('error', (error) => resolve({ code: null, output: error.message }))
      started.once('close', (code) => resolve({ code, output: output.trim().split('\n').at(-1) ?? '' }))
      try {
        if (started.pid !== undefined) setPriority(started.pid, NICENESS)
      } catch {
        // Then it runs with the same priority as everything else.
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

/** When the newest archive was made. Archives from the future, made while the clock was ahead, do not count. */
async function newest(folder: string): Promise<number | undefined> {
  const names = await readdir(folder).catch(() => [])
  const times = names.map(archiveTime).filter((time) => time !== undefined && time <= Date.now())
  return times.length > 0 ? Math.max(...times.map(Number)) : undefined
}
