import { WORKER_PATH } from '#shared/worker'

/** How many units of requests begin in one turn of the event loop. More would keep everyone else waiting. */
const UNITS_PER_TURN = 2
/** A page is rendered in one turn, which takes as long as several requests. */
const PAGE_UNITS = 6

/**
 * Spreads the start of requests over turns of the event loop, and takes turns between the addresses they come from.
 * Other work goes on in between, so a flood of requests delays a message by a few turns and not by the whole flood. A
 * request that arrives when none waits begins at once.
 */
export class Pacer {
  /** The waiting requests by address, in the order of their turns. */
  private readonly lanes = new Map<string, { units: number; begin: () => void }[]>()
  private credit = UNITS_PER_TURN
  private scheduled = false

  constructor(private readonly nextTurn: (run: () => void) => void = setImmediate) {}

  /** Begins a request when it is its turn. @param key the address it comes from @param units what it costs */
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
      // Goes on until all have begun and the units of this turn are paid back.
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

/**
 * The units of a request, by its path. A file of the build costs next to nothing, a page as much as several requests.
 */
export function unitsOf(url = ''): number {
  if (url.startsWith('/_nuxt/') || url === WORKER_PATH) return 0
  return url.startsWith('/api/') ? 1 : PAGE_UNITS
}
