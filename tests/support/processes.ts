import { readdirSync, readFileSync } from 'node:fs'

/** The pids of a process's children that still run. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => parentOf(child) === pid)
}

/** The memory of a process and its children in MiB: now (`VmRSS`), or the maximum so far (`VmHWM`). */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const resident = (one: number) =>
    Number(new RegExp(`${field}:\\s+(\\d+)`).exec(contentOf(`/proc/${one}/status`))?.[1] ?? 0)
  return [pid, ...childrenOf(pid)].reduce((sum, one) => sum + resident(one), 0) / 1024
}

/** The memory of a process alone in MiB, with its share of memory that it shares with others. */
export function ownMemoryOf(pid: number): number {
  return Number(/^Pss:\s+(\d+)/m.exec(contentOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024
}

/** Watches a process's memory. @returns a function that stops, and returns the maximum that was seen, in MiB */
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

/** The content of a file in /proc. Empty: the process has ended. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
