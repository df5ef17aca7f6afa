import { loudnessOf } from './levels'
import { recordedType } from './microphone'

/** Milliseconds between measurements of loudness, and between pieces that are stored. */
const LEVEL_INTERVAL_MS = 80
const PIECE_INTERVAL_MS = 1_000
const BIT_RATE = 32_000

/** A part of a recording, which is stored at once. */
export interface Piece {
  bytes: Blob
  /** Loudness since the piece before. */
  levels: number[]
  /** The length of the recording up to the end of this piece, in milliseconds. */
  durationMs: number
}

/** One recording from the microphone, from the first sound to the last. */
export class Recorder {
  onPiece: (piece: Piece) => void = () => {}
  onLevel: (level: number) => void = () => {}
  /** Called when the device is gone. What was recorded is complete. */
  onLost: () => void = () => {}

  private readonly recorder: MediaRecorder
  private readonly context = new AudioContext()
  private readonly analyser: AnalyserNode
  private readonly samples: Float32Array<ArrayBuffer>
  private readonly timer: ReturnType<typeof setInterval>
  private levels: number[] = []
  /** Milliseconds up to the last pause, and the time since which it records. Null: it is paused. */
  private before = 0
  private since: number | null = null

  private constructor(private readonly stream: MediaStream) {
    this.recorder = new MediaRecorder(stream, { mimeType: recordedType(), audioBitsPerSecond: BIT_RATE })
    this.analyser = this.context.createAnalyser()
    this.samples = new Float32Array(this.analyser.fftSize)
    this.context.createMediaStreamSource(stream).connect(this.analyser)
    this.recorder.onstart = this.recorder.onresume = () => (this.since = performance.now())
    this.recorder.onpause = this.recorder.onstop = () => this.rest()
    this.recorder.ondataavailable = ({ data }) => this.give(data)
    stream.getAudioTracks()[0]!.onended = () => this.onLost()
    this.timer = setInterval(() => this.measure(), LEVEL_INTERVAL_MS)
    this.recorder.start(PIECE_INTERVAL_MS)
  }

  /** Asks for the microphone and begins. @throws what `microphoneProblem` explains */
  static async begin(): Promise<Recorder> {
    const audio = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true }
    const stream = await navigator.mediaDevices.getUserMedia({ audio })
    try {
      return new Recorder(stream)
    } catch (thrown) {
      for (const track of stream.getTracks()) track.stop()
      throw thrown
    }
  }

  /** The type of the bytes, without the codec, which not every player understands. */
  get mime(): string {
    return this.recorder.mimeType.split(';')[0]!
  }

  get durationMs(): number {
    return Math.round(this.before + (this.since === null ? 0 : performance.now() - this.since))
  }

  /** Pauses. Resolves when everything so far was given as pieces. */
  async pause(): Promise<void> {
    // A piece that was due may be on its way. The requested piece comes after the event.
    await this.until('pause', () => this.recorder.pause())
    if (this.recorder.state === 'paused') await this.until('dataavailable', () => this.recorder.requestData())
  }

  resume(): void {
    this.recorder.resume()
  }

  /** Ends the recording. Resolves when the last piece was given. */
  async stop(): Promise<void> {
    // It waits for `stop`, not for the next piece, which may be one that was due. The last piece comes before `stop`.
    if (this.recorder.state !== 'inactive') await this.until('stop', () => this.recorder.stop())
    this.close()
  }

  /** Ends the recording without another event. */
  close(): void {
    clearInterval(this.timer)
    this.recorder.ondataavailable = null
    for (const track of this.stream.getTracks()) {
      track.onended = null
      track.stop()
    }
    if (this.context.state !== 'closed') void this.context.close()
  }

  private until(event: 'pause' | 'stop' | 'dataavailable', action: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.recorder.addEventListener(event, () => resolve(), { once: true })
      if (event !== 'dataavailable') this.rest()
      action()
    })
  }

  private rest(): void {
    this.before = this.durationMs
    this.since = null
  }

  private measure(): void {
    if (this.since === null) return
    this.analyser.getFloatTimeDomainData(this.samples)
    const level = loudnessOf(this.samples)
    this.levels.push(level)
    this.onLevel(level)
  }

  private give(bytes: Blob): void {
    const piece = { bytes, levels: this.levels, durationMs: this.durationMs }
    this.levels = []
    this.onPiece(piece)
  }
}
