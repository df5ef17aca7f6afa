/** What a player tells of the sound that it plays. */
export interface SoundEvents {
  onPlaying(): void
  onPaused(): void
  onWaiting(): void
  /** Milliseconds. */
  onPosition(position: number): void
  onEnded(): void
  onFailed(): void
}

/**
 * The one sound of this tab: an audio element without controls, which reads as much of a file as it plays. Where a file
 * does not say how long it is, its position is still right.
 */
export class Sound {
  private audio: HTMLAudioElement | null = null
  private frame = 0
  /** An address may have ended meanwhile: it is loaded once more before a failure is reported. */
  private canRetry = true
  private url = ''
  private rate = 1

  constructor(private readonly events: SoundEvents) {}

  /** @param position milliseconds from which it goes */
  play(url: string, position: number): void {
    this.canRetry = true
    this.load(url, position)
    this.start()
  }

  resume(): void {
    this.start()
  }

  pause(): void {
    this.audio?.pause()
  }

  seek(position: number): void {
    if (!this.audio) return
    this.audio.currentTime = position / 1_000
    this.events.onPosition(position)
  }

  setRate(rate: number): void {
    this.rate = rate
    if (!this.audio) return
    this.audio.defaultPlaybackRate = rate
    this.audio.playbackRate = rate
  }

  /** Lets go of the file. */
  stop(): void {
    cancelAnimationFrame(this.frame)
    if (!this.url || !this.audio) return
    this.url = ''
    this.audio.pause()
    this.audio.removeAttribute('src')
    this.audio.load()
  }

  private load(url: string, position: number): void {
    this.url = url
    this.audio ??= this.make()
    this.audio.src = url
    this.setRate(this.rate)
    // Before anything is known of the file, this is where it will begin.
    if (position > 0) this.audio.currentTime = position / 1_000
  }

  private start(): void {
    // Refused without a click, or overtaken by the next file: the events tell what became of it.
    this.audio?.play().catch(() => {})
  }

  private make(): HTMLAudioElement {
    const audio = new Audio()
    audio.preload = 'metadata'
    const report = () => {
      if (this.url) this.events.onPosition(audio.currentTime * 1_000)
    }
    const follow = () => {
      report()
      this.frame = requestAnimationFrame(follow)
    }
    audio.onplaying = () => {
      this.canRetry = true
      this.events.onPlaying()
      cancelAnimationFrame(this.frame)
      follow()
    }
    audio.onpause = () => {
      cancelAnimationFrame(this.frame)
      if (this.url) this.events.onPaused()
    }
    audio.onwaiting = () => this.events.onWaiting()
    // Also where no frames are drawn, in a tab behind others.
    audio.ontimeupdate = report
    audio.onended = () => this.events.onEnded()
    audio.onerror = () => this.fail(audio)
    return audio
  }

  private fail(audio: HTMLAudioElement): void {
    if (!this.url) return
    if (!this.canRetry) return this.events.onFailed()
    this.canRetry = false
    this.load(this.url, audio.currentTime * 1_000)
    this.start()
  }
}
