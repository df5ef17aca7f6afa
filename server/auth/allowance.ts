/** Keys whose debts are remembered; past it those who have none left are forgotten. */
const MAX_KEYS = 10_000

/**
 * Time that each key may take of this task: so much at once, and so much a second after that. Whoever has taken more
 * waits until the debt is paid, however cheap each single request looked.
 */
export class Allowance {
  private readonly spent = new Map<string, { ms: number; at: number }>()

  constructor(
    private readonly bounds: { atOnceMs: number; perSecondMs: number },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Milliseconds until the key may take more. */
  waitOf(key: string): number {
    return (Math.max(0, this.spentBy(key) - this.bounds.atOnceMs) * 1000) / this.bounds.perSecondMs
  }

  /** Notes that the key took so many milliseconds. */
  spend(key: string, ms: number): void {
    const total = this.spentBy(key) + ms
    if (this.spent.size >= MAX_KEYS) this.forgetPaid()
    this.spent.set(key, { ms: total, at: this.now() })
  }

  /** What was spent and is not paid back yet. */
  private spentBy(key: string): number {
    const last = this.spent.get(key)
    return last ? Math.max(0, last.ms - ((this.now() - last.at) * this.bounds.perSecondMs) / 1000) : 0
  }

  private forgetPaid(): void {
    for (const key of this.spent.keys()) if (this.spentBy(key) === 0) this.spent.delete(key)
  }
}
