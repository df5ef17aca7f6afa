/** What may begin in one turn of the event loop, in units: a turn that begins more keeps everybody else waiting. */
const UNITS_PER_TURN = 2
/** A page is rendered in one go, which takes as long as several requests do. */
const PAGE_UNITS = 6

/**
 * Spreads the beginning of requests over turns of the event loop, in turn between the addresses they come from. What is
 * under way goes on between them, so a flood of requests delays a message by a few turns, and not by the whole flood.
 * A request that comes when nothing waits begins at once.
 */
export class Pacer {
  /** By who asks, in the order of their turns. */
  private readonly lanes = new Map<string, { units: number; begin: () => void }[]>()
  private credit = UNITS_PER_TURN
  private scheduled = false

  constructor(private readonly nextTurn: (run: () => void) => void = setImmediate) {}

  /** Begins a request when its turn has come. @param key who asks @param units what it costs */
  begin(key: string, units: number, begin: () => void): void {
    this.schedule()
    if (this.credit > 0 && this.lanes.size === 0) {
      this.credit -= units
      return begin()
    }
    const lane = this.lanes.get(key)
    if (lane) lane.push({ units, begin })
    else this.lanes.set(key, [{ units, begin }])
  }

  private schedule(): void {
    if (this.scheduled) return
    this.scheduled = true
    this.nextTurn(() => {
      this.scheduled = false
      this.credit = Math.min(UNITS_PER_TURN, this.credit + UNITS_PER_TURN)
      while (this.credit > 0 && this.lanes.size > 0) this.beginNext()
      // Until all have begun, and until what began in this turn is paid.
      if (this.lanes.size > 0 || this.credit < UNITS_PER_TURN) this.schedule()
    })
  }

  private beginNext(): void {
    const [[key, lane]] = this.lanes as unknown as [[string, { units: number; begin: () => void }[]]]
    const { units, begin } = lane.shift()!
    this.lanes.delete(key)
    if (lane.length > 0) this.lanes.set(key, lane)
    this.credit -= units
    begin()
  }
}

/** What a request costs to begin: files of the build cost next to nothing, a page several requests. */
export function unitsOf(url = ''): number {
  if (url.startsWith('/_nuxt/')) return 0
  return url.startsWith('/api/') ? 1 : PAGE_UNITS
}
