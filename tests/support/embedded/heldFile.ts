import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

/** Longer than any test may take. */
const MAX_HELD_MS = 20_000

/** Opens the file and holds LMDB's lock for writers until another file is there. */
const HOLD = `
import { existsSync, writeSync } from 'node:fs'
import { open } from 'lmdb'
const [file, released] = process.argv.slice(1)
const db = open({ path: file, noSubdir: true, keyEncoding: 'binary', encoding: 'binary', overlappingSync: false, maxDbs: 1 })
const until = Date.now() + ${MAX_HELD_MS}
const clock = new Int32Array(new SharedArrayBuffer(4))
db.transactionSync(() => {
  writeSync(1, 'held')
  while (!existsSync(released) && Date.now() < until) Atomics.wait(clock, 0, 0, 2)
})
`

/**
 * Stands for a disk that takes its time: no commit of a store ends, or even begins, until it is released.
 * @param file the store's data file
 * @returns a function that releases it
 */
export async function holdCommits(file: string): Promise<() => void> {
  const released = `${file}.released`
  rmSync(released, { force: true })
  const child = spawn(process.execPath, ['--input-type=module', '--eval', HOLD, file, released], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  await once(child.stdout, 'data')
  if (!existsSync(file)) throw new Error(`There is no store in ${file}`)
  return () => writeFileSync(released, '')
}
