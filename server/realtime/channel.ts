import { createMemoryFanout } from './fanout/memory'
import type { Fanout } from './fanout/types'

/** The one ordered channel of this process. */
export const channel: Fanout = createMemoryFanout()
