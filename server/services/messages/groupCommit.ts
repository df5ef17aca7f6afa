/** The most items in one write. */
const MAX_BATCH = 100

/**
 * The outcome of one item. An error here belongs to this item; an error that `write` throws belongs to the whole batch.
 */
export type Outcome<R> = { value: R } | { error: unknown }

interface Waiting<T, R> {
  item: T
  resolve(value: R): void
  reject(error: unknown): void
}

/**
 * Writes the items of one key in the order they arrive, one write at a time. Items that arrive during a write are
 * written together by the next one. A quiet key pays nothing for this, and a busy one shares its round trips.
 * @param write writes items of one key and resolves with their outcomes, in the same order
 * @returns a function that adds an item and resolves with its result when it is written
 */
export function groupCommit<T, R>(
  write: (key: string, items: T[]) => Promise<Outcome<R>[]>,
): (key: string, item: T) => Promise<R> {
  const queues = new Map<string, Waiting<T, R>[]>()

  async function drain(key: string, queue: Waiting<T, R>[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, MAX_BATCH)
      try {
        const items = batch.map((waiting) => waiting.item)
        const outcomes = await write(key, items)
        batch.forEach((waiting, index) => {
          const outcome = outcomes[index]!
          if ('error' in outcome) waiting.reject(outcome.error)
          else waiting.resolve(outcome.value)
        })
      } catch (error) {
        for (const waiting of batch) waiting.reject(error)
      }
    }
    queues.delete(key)
  }

  return (key, item) =>
    new Promise<R>((resolve, reject) => {
      const waiting = { item, resolve, reject }
      const queue = queues.get(key)
      if (queue) {
        queue.push(waiting)
      } else {
        const started = [waiting]
        queues.set(key, started)
        void drain(key, started)
      }
    })
}
