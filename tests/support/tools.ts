import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { OUTPUT } from './server'

export interface Ran {
  code: number | null
  out: string
  err: string
}

/** Starts `webchat` on a data folder. @returns the process, and a promise of its result */
export function startTool(
  dataDir: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): { process: ChildProcess; ended: Promise<Ran> } {
  const child = spawn(process.execPath, [join(OUTPUT, 'server/webchat.mjs'), ...args], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ran: Ran = { code: null, out: '', err: '' }
  child.stdout.on('data', (chunk) => (ran.out += chunk))
  child.stderr.on('data', (chunk) => (ran.err += chunk))
  const ended = new Promise<Ran>((resolve) => child.once('close', (code) => resolve({ ...ran, code })))
  return { process: child, ended }
}

/** Runs `webchat` on a data folder until it ends. */
export function runTool(
  dataDir: string,
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<Ran> {
  return startTool(dataDir, args, environment).ended
}
