/** The number of keys above which those without a debt are forgotten. */
const MAX_KEYS = 10_000

/**
 * Bounds the time that each key takes of this task: a burst, and then a share of each second. A key that has taken more
 * waits until its debt is paid, however cheap each single request looked.
 */
export class Allowance {
  private readonly debts = new Map<string, { ms: number; at: number }>()

  constructor(
    private readonly bounds: { atOnceMs: number; perSecondMs: number },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds until a key may take more. 0: now. */
  waitOf(key: string): number {
    return (Math.max(0, this.debtOf(key) - this.bounds.atOnceMs) * 1000) / this.bounds.perSecondMs
  }

  /** Records that a key took `ms` milliseconds. */
  spend(key: string, ms: number): void {
    const total = this.debtOf(key) + ms
    if (this.debts.size >= MAX_KEYS) this.forgetDebtless()
    this.debts.set(key, { ms: total, at: this.now() })
  }

  /** The milliseconds that a key has taken and not paid back yet. */
  private debtOf(key: string): number {
    const last = this.debts.get(key)
    return last ? Math.max(0, last.ms - ((this.now() - last.at) * this.bounds.perSecondMs) / 1000) : 0
  }

  private forgetDebtless(): void {
    for (const key of this.debts.keys()) if (this.debtOf(key) === 0) this.debts.delete(key)
  }
}
