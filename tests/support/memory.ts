import { readdirSync, readFileSync } from 'node:fs'

/** Mebibytes that a process and its children hold now (`VmRSS`), or have held at most since they began (`VmHWM`). */
export function memoryOf(pid: number, field: 'VmRSS' | 'VmHWM' = 'VmRSS'): number {
  const kibibytes = [pid, ...childrenOf(pid)].map((id) => Number(new RegExp(`${field}:\\s+(\\d+)`).exec(statusOf(id))?.[1] ?? 0))
  return Math.round(kibibytes.reduce((sum, one) => sum + one, 0) / 1024)
}

function childrenOf(pid: number): number[] {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statusOf(Number(name)).includes(`\nPPid:\t${pid}\n`))
  return children.flatMap((child) => [Number(child), ...childrenOf(Number(child))])
}

/** Empty for a process that has ended meanwhile. */
function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
  }
}
