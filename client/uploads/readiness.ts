import type { EntryFiles } from '../outbox/entryFiles'
import type { Environment } from '../environment'
import type { OutboxEntry } from '../outbox/outboxEntry'
import type { Ledger } from './ledger'
import { Missing } from './missing'

/** Milliseconds after which the server may have swept unsent files. It is a little less than the server's day. */
const MAX_UNSENT_AGE_MS = 23 * 3_600_000

/** Decides whether messages can go, from the state of their files. */
export class Readiness {
  private readonly missing: Missing
  /** Uploads that were complete long ago. The server is asked once whether it still has them. */
  private readonly renewed = new Set<string>()

  /** @param restart begins an upload again, which is soon done if the server still has it */
  constructor(
    private readonly environment: Environment,
    private readonly ledger: Ledger,
    private readonly restart: (localId: string) => void,
    onLost: () => void,
  ) {
    this.missing = new Missing(environment, ledger, onLost)
  }

  of({ uploads, createdAt }: OutboxEntry): ReturnType<EntryFiles['stateOf']> {
    const records = uploads.map((localId) => this.ledger.get(localId))
    const failed = records.find((record) => record?.phase === 'failed')
    if (failed) return failed.error ?? { code: 'INTERNAL', message: 'This file could not be sent.' }
    if (uploads.some((localId) => this.missing.isLost(localId))) {
      return { code: 'NOT_FOUND', message: 'This file is no longer kept in this browser.' }
    }
    for (const [index, localId] of uploads.entries()) if (!records[index]) this.missing.search(localId)
    if (this.environment.now() - Date.parse(createdAt) > MAX_UNSENT_AGE_MS) this.renew(uploads)
    return uploads.every((localId) => this.ledger.get(localId)?.phase === 'complete') ? 'ready' : 'waiting'
  }

  private renew(localIds: readonly string[]): void {
    for (const localId of localIds.filter((id) => !this.renewed.has(id))) {
      this.renewed.add(localId)
      if (this.ledger.get(localId)?.phase === 'complete') this.restart(localId)
    }
  }
}
