import { readdirSync, readFileSync } from 'node:fs'

/** The processes that a process has started and that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid)
}

/** What a process and its children hold of the machine's memory now (`VmRSS`), or have held at most (`VmHWM`), in MiB. */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const resident = (one: number) =>
    Number(new RegExp(`${field}:\\s+(\\d+)`).exec(contentOf(`/proc/${one}/status`))?.[1] ?? 0)
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + resident(one), 0) / 1024
}

/** What a process alone takes of the machine's memory now, its part of what is shared included, in MiB. */
export function ownMemoryOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024
}

/** Looks at a process's memory until told to stop. @returns stops it and answers the most that was seen, in MiB */
export function watchMemory(pid: number, measure = memoryOf, everyMs = 20): () => number {
  let most = 0
  const look = () => {
    most = Math.max(most, measure(pid))
  }
  const timer = setInterval(look, everyMs)
  return () => {
    clearInterval(timer)
    look()
    return most
  }
}

function parentOf(pid: number): number {
  return Number(contentOf(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ')[1])
}

/** Empty: it has ended. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
