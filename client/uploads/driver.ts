import type { Upload } from '#shared/schemas/upload'
import { asApiError } from '../http/apiError'
import { Leadership } from '../leadership'
import { SourceLost, type Job, type Transfer } from './job'
import type { Ledger } from './ledger'
import { sentOf } from './records'
import type { Sources } from './sources'
import { Speedometer } from './speedometer'
import type { Begun, Frame, Live, UploadRecord } from './types'
import { runUpload } from './runUpload'

const REPORT_INTERVAL_MS = 1_000
/** Milliseconds of silence after which another tab no longer counts as sending. */
const TAKEOVER_AFTER_MS = 5_000

interface Run {
  abort: AbortController
  stopTicking: () => void
}

/** What a driver needs of the other parts of the uploads. */
export interface DriverDeps {
  readonly transfer: Transfer
  readonly ledger: Ledger
  readonly sources: Sources
  /** Whether a message still waits for it. */
  isWanted(record: UploadRecord): Promise<boolean>
  /** Called when nobody waits for it any more. */
  abandon(localId: string): void
  onLive(localId: string, live: Live, tellOthers: boolean): void
  /** Called when the server has it, so that nothing is left to do. */
  done(localId: string): void
  /** Called when this tab has found the file. Resolves when its size is known. */
  onSource(localId: string, source: Blob): Promise<void>
}

/** Brings one upload to its end, in one tab at a time. When that tab closes, the next one goes on. */
export class Driver {
  live: Live
  private readonly leadership: Leadership
  private run: Run | null = null
  private checked: boolean
  private closed = false
  private otherTabSeenAt = -Infinity
  private cancelWait: (() => void) | null = null
  /** A run that was stopped may still wait for an answer. */
  private ended: Promise<void> = Promise.resolve()

  /** @param isNew it was added in this tab, a moment ago */
  constructor(
    private readonly deps: DriverDeps,
    private readonly localId: string,
    private readonly order: number,
    isNew: boolean,
  ) {
    this.checked = isNew
    const record = deps.ledger.get(localId)
    this.live = { state: 'waiting', sent: record ? sentOf(record) : 0, speed: 0, secondsLeft: null }
    const name = `webchat-upload-${localId}`
    this.leadership = new Leadership(
      deps.transfer.environment,
      name,
      () => void Promise.resolve().then(() => this.lead()),
    )
  }

  get leads(): boolean {
    return !this.closed && this.leadership.leads
  }

  /** Does what the record asks for. Call it whenever the record or the file may have changed. */
  drive(): void {
    const record = this.deps.ledger.get(this.localId)
    if (!record || !this.leads || !this.checked) return
    if (record.phase !== 'sending') this.stop()
    if (record.phase === 'complete') return this.deps.done(this.localId)
    if (record.phase !== 'sending' || this.run) return
    // On plain http there are no locks, so tabs listen to each other.
    const silence = this.deps.transfer.environment.now() - this.otherTabSeenAt
    if (silence >= TAKEOVER_AFTER_MS) return this.start()
    this.cancelWait?.()
    this.cancelWait = this.deps.transfer.environment.after(TAKEOVER_AFTER_MS - silence, () => this.drive())
  }

  /** Another tab says that it is sending this upload. */
  noteOtherTab(): void {
    this.otherTabSeenAt = this.deps.transfer.environment.now()
  }

  /** The file was given again, or has to be looked for again. */
  driveAnew(): void {
    if (this.live.state === 'needsFile') this.stop()
    this.drive()
  }

  close(): void {
    this.closed = true
    this.cancelWait?.()
    this.stop()
    this.leadership.close()
  }

  private async lead(): Promise<void> {
    if (!this.checked) {
      // Another tab was at it, and its last news may have reached nobody.
      await this.deps.ledger.load()
      const record = this.deps.ledger.get(this.localId)
      if (!record || this.closed) return
      const isWanted = await this.deps.isWanted(record)
      if (this.closed) return
      if (!isWanted) return this.deps.abandon(this.localId)
      this.checked = true
    }
    this.drive()
  }

  private stop(): void {
    const { run } = this
    this.run = null
    run?.abort.abort()
    run?.stopTicking()
  }

  private start(): void {
    const run = { abort: new AbortController(), stopTicking: () => {} }
    this.run = run
    this.ended = this.ended.then(() => this.go(run))
  }

  private async go(run: Run): Promise<void> {
    const record = this.deps.ledger.get(this.localId)
    if (!record || this.run !== run) return
    const source = await this.deps.sources.find(record)
    if (this.run !== run) return
    if (!source) return this.askForFile(record)
    const seen = this.deps.onSource(this.localId, source)
    const meter = new Speedometer(this.deps.transfer.environment.now())
    run.stopTicking = this.tick(() => this.measure(meter, record.size))
    try {
      const upload = await runUpload(this.deps.transfer, this.jobOf(record, source, run, meter, seen))
      if (this.run === run) this.finish(upload)
    } catch (thrown) {
      if (this.run === run) await this.fail(thrown)
    } finally {
      run.stopTicking()
      if (this.run === run && this.live.state !== 'needsFile') this.run = null
      this.drive()
    }
  }

  private jobOf(record: UploadRecord, source: Blob, run: Run, meter: Speedometer, seen: Promise<void>): Job {
    const { conversationId, kind, name, mime, size, voice } = record
    const file = { conversationId, name, mime, size }
    const recorded = voice && { durationMs: voice.durationMs, waveform: [...voice.waveform] }
    let last = sentOf(record)
    return {
      input: kind === 'voice' ? { ...file, kind, ...recorded! } : { ...file, kind },
      source,
      order: this.order,
      maxFailures: Infinity,
      begun: record.begun,
      signal: run.abort.signal,
      frame: () => this.frame(seen),
      onBegun: (begun) => this.keep(begun),
      onSent: (sent) => {
        meter.add(sent - last)
        last = sent
        if (this.run === run) this.tell({ ...this.live, sent }, false)
      },
      onState: (state) => {
        if (this.run === run && state !== this.live.state) this.tell({ ...this.live, state })
      },
    }
  }

  private async frame(seen: Promise<void>): Promise<Frame | null> {
    if (!this.deps.ledger.get(this.localId)?.mime.startsWith('video/')) return null
    await seen
    const { width, height, poster } = this.deps.ledger.get(this.localId) ?? {}
    if (!width || !height) return null
    return { width, height, poster }
  }

  /** It applies also after a stop, so that the upload of a late answer is not lost. */
  private keep(begun: Begun | null): void {
    if (this.deps.ledger.get(this.localId)) return this.deps.ledger.change(this.localId, (one) => ({ ...one, begun }))
    if (begun) this.deps.transfer.requests.cancel(begun.uploadId).catch(() => {})
  }

  private finish({ width, height }: Upload): void {
    this.deps.ledger.change(this.localId, (record) => ({
      ...record,
      phase: 'complete',
      error: null,
      width: width ?? record.width,
      height: height ?? record.height,
    }))
  }

  private async fail(thrown: unknown): Promise<void> {
    // The file is looked for again. If it is not found, the person is asked for it.
    if (thrown instanceof SourceLost) return this.deps.sources.lose(this.localId)
    const { code, message, issues } = asApiError(thrown)
    const error = { code, message, ...(issues[0] && { reason: issues[0].code }) }
    this.deps.ledger.change(this.localId, (one) => ({ ...one, phase: 'failed', error }))
  }

  private askForFile(record: UploadRecord): void {
    this.tell({ state: 'needsFile', sent: sentOf(record), speed: 0, secondsLeft: null })
  }

  private measure(meter: Speedometer, size: number): void {
    meter.sample(this.deps.transfer.environment.now())
    const isGoing = this.live.state === 'sending'
    const secondsLeft = isGoing ? meter.secondsLeft(size - this.live.sent) : null
    this.tell({ ...this.live, speed: isGoing ? meter.speed : 0, secondsLeft })
  }

  private tick(action: () => void): () => void {
    const { environment } = this.deps.transfer
    let stopped = false
    let cancel = () => {}
    const next = () => {
      action()
      if (!stopped) cancel = environment.after(REPORT_INTERVAL_MS, next)
    }
    cancel = environment.after(REPORT_INTERVAL_MS, next)
    return () => {
      stopped = true
      cancel()
    }
  }

  private tell(live: Live, tellOthers = true): void {
    this.live = live
    this.deps.onLive(this.localId, live, tellOthers)
  }
}
