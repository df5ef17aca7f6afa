import { onTestFinished } from 'vitest'
import { createMemoryFanout } from '../../../server/realtime/fanout/memory'
import type { Fanout, FanoutMessage } from '../../../server/realtime/fanout/types'
import { ValkeyFanout } from '../../../server/realtime/fanout/valkey'
import { createValkey } from '../../../server/valkey'
import { startValkey, type TestValkey } from '../../support/valkey'

/** One end of the channel, as a task has it, with everything that it was handed. */
export interface Task {
  fanout: Fanout
  received: FanoutMessage[]
  /** Resolves as soon as what was received so far fits. */
  until(fits: (received: FanoutMessage[]) => boolean): Promise<void>
}

function listening(fanout: Fanout): Task {
  const received: FanoutMessage[] = []
  const waiting = new Set<() => void>()
  fanout.subscribe((message) => {
    received.push(message)
    for (const check of waiting) check()
  })
  const until = (fits: (received: FanoutMessage[]) => boolean) =>
    new Promise<void>((resolve) => {
      const check = () => {
        if (!fits(received)) return
        waiting.delete(check)
        resolve()
      }
      waiting.add(check)
      check()
    })
  return { fanout, received, until }
}

/** Milliseconds after which these tests' tasks take silence for a loss. */
export const SETTLE_MS = 300

/** A task on a Valkey. It is closed after the test. */
export async function valkeyTask(url: string): Promise<Task> {
  const fanout = new ValkeyFanout(createValkey(url), SETTLE_MS)
  onTestFinished(() => fanout.close())
  await fanout.open()
  return listening(fanout)
}

interface Driver {
  name: string
  /** Two ends of one channel: for a single process it is the same one twice. */
  pair(): Promise<[Task, Task]>
}

/** Every driver of the seam. */
export function drivers(valkey: () => TestValkey): Driver[] {
  return [
    {
      name: 'memory',
      async pair() {
        const fanout = createMemoryFanout()
        return [listening(fanout), listening(fanout)]
      },
    },
    { name: 'Valkey', pair: () => Promise.all([valkeyTask(valkey().url), valkeyTask(valkey().url)]) },
  ]
}

export { startValkey, type TestValkey }
