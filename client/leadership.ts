import type { Environment } from './environment'

/** Milliseconds after which a tab that lost the lead, or could not ask for it, asks again. */
const RETRY_DELAY_MS = 1_000

/**
 * Makes one tab of a browser the leader. The next tab leads when the leader closes, or when the lead is taken from it.
 */
export class Leadership {
  leads = false
  private contention: AbortController | null = null
  private release: (() => void) | null = null

  /** @param onGained called each time this tab begins to lead */
  constructor(
    private readonly environment: Environment,
    private readonly name: string,
    private readonly onGained: () => void,
  ) {
    this.contend(false)
  }

  /** Takes the lead from a tab that does not do its work. */
  take(): void {
    this.contend(true)
  }

  close(): void {
    this.contention?.abort()
    this.contention = null
    this.leads = false
    this.release?.()
  }

  private contend(steal: boolean): void {
    this.contention?.abort()
    const contention = new AbortController()
    this.contention = contention
    const hold = () =>
      new Promise<void>((release) => {
        if (this.contention !== contention) return release()
        this.release = release
        this.leads = true
        this.onGained()
      })
    void this.environment
      .lock(this.name, steal ? { steal } : { signal: contention.signal }, hold)
      .catch(() => {})
      .then(() => {
        if (this.contention !== contention) return
        this.leads = false
        this.environment.after(RETRY_DELAY_MS, () => {
          if (this.contention === contention) this.contend(false)
        })
      })
  }
}
