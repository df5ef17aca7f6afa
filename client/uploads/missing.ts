import type { Environment } from '../environment'
import type { Ledger } from './ledger'

/** Milliseconds within which the news of another tab arrives here for certain. */
const NEWS_TIMEOUT_MS = 5_000

/** Uploads that a message waits for and nobody knows of: news of them may be on its way; if not, they are lost. */
export class Missing {
  private readonly searching = new Set<string>()
  private readonly lost = new Set<string>()

  constructor(
    private readonly environment: Environment,
    private readonly ledger: Ledger,
    private readonly onLost: () => void,
  ) {}

  isLost(localId: string): boolean {
    return this.lost.has(localId)
  }

  search(localId: string): void {
    if (this.searching.has(localId)) return
    this.searching.add(localId)
    this.environment.after(NEWS_TIMEOUT_MS, async () => {
      await this.ledger.load()
      this.searching.delete(localId)
      if (this.ledger.get(localId)) return
      this.lost.add(localId)
      this.onLost()
    })
  }
}
