import { valkey } from '../valkey'
import { createMemoryFanout } from './fanout/memory'
import type { Fanout } from './fanout/types'
import { ValkeyFanout } from './fanout/valkey'

/** The one ordered channel that this process shares with the other tasks, if there are any. */
export const channel: Fanout = valkey ? new ValkeyFanout(valkey) : createMemoryFanout()
