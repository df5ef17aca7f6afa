import { expect, it } from 'vitest'
import { FairQueue } from '../../../server/fairQueue'

/** A queue, and jobs that end when the test ends them. */
function world(bounds: { atOnce: number; maxWaiting: number }) {
  const queue = new FairQueue(bounds)
  const started: string[] = []
  const ends: (() => void)[] = []
  const ask = (lane: string) =>
    queue
      .run(
        lane,
        () =>
          new Promise<void>((resolve) => {
            started.push(lane)
            ends.push(resolve)
          }),
      )
      .then(
        () => 'done',
        (error: { code: string; retryAfter: number }) => `${error.code} ${error.retryAfter}`,
      )
  const endOne = async () => {
    ends.shift()!()
    // The next one starts in promises that are settled by then.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { ask, started, endOne }
}

it('runs a number of jobs at once, and the others in turn between their owners', async () => {
  const { ask, started, endOne } = world({ atOnce: 2, maxWaiting: 100 })
  for (let time = 0; time < 5; time++) void ask('flood')
  void ask('ann')
  void ask('bob')
  await new Promise((resolve) => setImmediate(resolve))
  expect(started).toEqual(['flood', 'flood'])
  for (let time = 0; time < 5; time++) await endOne()
  expect(started).toEqual(['flood', 'flood', 'flood', 'ann', 'bob', 'flood', 'flood'])
})

it('refuses the newest job of the owner with most waiting, never an only one', async () => {
  const { ask, started, endOne } = world({ atOnce: 1, maxWaiting: 3 })
  const flood = Array.from({ length: 5 }, () => ask('flood'))
  expect(await flood[4]).toBe('UNAVAILABLE 2')
  const ann = ask('ann')
  expect(await flood[3]).toBe('UNAVAILABLE 2')
  for (let time = 0; time < 4; time++) await endOne()
  expect([await ann, started]).toEqual(['done', ['flood', 'flood', 'ann', 'flood']])
})

it('continues after a job that fails', async () => {
  const queue = new FairQueue({ atOnce: 1, maxWaiting: 3 })
  await expect(queue.run('ann', () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await queue.run('ann', async () => 'fine')).toBe('fine')
})
