import type { Environment } from '../environment'

/**
 * Milliseconds after which a tab that is online takes over from a leader that sends nothing, because it is frozen or
 * offline.
 */
const TAKEOVER_AFTER_MS = 5_000

/** Watches whether the tab that leads does its work. */
export class Takeover {
  private newsAt = 0
  private cancel: (() => void) | null = null

  /** @param isDue whether there is work, and this tab could do it */
  constructor(
    private readonly environment: Environment,
    private readonly isDue: () => boolean,
    private readonly take: () => void,
  ) {}

  /** The leader is at work. */
  noteOtherTab(): void {
    this.newsAt = this.environment.now()
  }

  watch(): void {
    if (this.cancel || !this.isDue()) return
    const since = this.environment.now()
    this.cancel = this.environment.after(TAKEOVER_AFTER_MS, () => {
      this.cancel = null
      if (this.isDue() && this.newsAt < since) this.take()
      else this.watch()
    })
  }

  close(): void {
    this.cancel?.()
  }
}
