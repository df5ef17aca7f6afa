import { shallowReactive } from 'vue'
import type { Environment } from '../environment'
import { hasPreview } from './kinds'
import { sentOf } from './records'
import type { Live, UploadRecord, UploadState } from './types'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/**
 * Milliseconds for which the files of a delivered message are still shown: until the server's own pictures are there.
 */
const LINGER_MS = 60_000

/** The uploads as they are shown: the record of each, and the live state from the tab that sends it. */
export class Views {
  /** Called when the list of a message's files has changed. Their states change by themselves. */
  onChange: (clientId: string, states: readonly UploadState[]) => void = () => {}

  private readonly shown = new Map<string, { record: UploadRecord; live: Live | null; state: Mutable<UploadState> }>()
  private readonly leaving = new Map<string, () => void>()

  constructor(private readonly environment: Environment) {}

  show(record: UploadRecord): void {
    const known = this.shown.get(record.localId)
    if (known) {
      known.record = record
      if (record.phase !== 'sending') known.live = null
      return this.refresh(record.localId)
    }
    this.shown.set(record.localId, { record, live: null, state: shallowReactive(firstState(record)) })
    this.refresh(record.localId)
    this.tell(record.clientId)
  }

  live(localId: string, live: Live, canReopen: boolean): void {
    const shown = this.shown.get(localId)
    if (!shown || shown.record.phase !== 'sending') return
    shown.live = live
    shown.state.canReopen = canReopen
    this.refresh(localId)
  }

  /** Shows the file itself, where that can be shown. @returns its address */
  preview(localId: string, file: Blob): string | null {
    const shown = this.shown.get(localId)
    if (!shown || !hasPreview(shown.record)) return null
    return (shown.state.previewUrl ??= this.environment.objectUrl(file))
  }

  has(localId: string): boolean {
    return this.shown.has(localId)
  }

  /** @param linger its message is delivered, and will show it in a moment */
  hide({ localId, clientId }: UploadRecord, linger: boolean): void {
    const shown = this.shown.get(localId)
    if (!shown || this.leaving.has(localId)) return
    if (linger) {
      this.leaving.set(
        localId,
        this.environment.after(LINGER_MS, () => this.remove(localId, clientId)),
      )
      return
    }
    this.remove(localId, clientId)
  }

  clear(): void {
    for (const cancel of this.leaving.values()) cancel()
    for (const { state } of this.shown.values()) if (state.previewUrl) this.environment.releaseUrl(state.previewUrl)
    this.leaving.clear()
    this.shown.clear()
  }

  private remove(localId: string, clientId: string): void {
    const url = this.shown.get(localId)?.state.previewUrl
    this.leaving.delete(localId)
    this.shown.delete(localId)
    this.tell(clientId)
    if (url) this.environment.releaseUrl(url)
  }

  private refresh(localId: string): void {
    const { record, live, state } = this.shown.get(localId)!
    const isSending = record.phase === 'sending'
    state.state = record.phase === 'sending' ? (live?.state ?? 'waiting') : record.phase
    state.sent = record.phase === 'complete' ? record.size : (live?.sent ?? sentOf(record))
    state.speed = isSending ? (live?.speed ?? 0) : 0
    state.secondsLeft = isSending ? (live?.secondsLeft ?? null) : null
    state.kind = record.kind
    state.error = record.error?.code ?? null
    state.reason = record.error?.reason ?? null
    state.errorMessage = record.error?.message ?? null
    state.width = record.width
    state.height = record.height
  }

  private tell(clientId: string): void {
    const mine = [...this.shown.values()].filter(({ record }) => record.clientId === clientId)
    this.onChange(
      clientId,
      mine.sort((one, other) => one.record.place - other.record.place).map(({ state }) => state),
    )
  }
}

function firstState({ localId, name, mime, size, kind, voice = null, width, height }: UploadRecord): UploadState {
  const still = {
    sent: 0,
    speed: 0,
    secondsLeft: null,
    state: 'waiting',
    error: null,
    reason: null,
    errorMessage: null,
  } as const
  return { localId, name, mime, size, kind, voice, width, height, ...still, previewUrl: null, canReopen: false }
}
