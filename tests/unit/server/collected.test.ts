import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Collected } from '../../../server/services/conversations/collected'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

function collected(write: (values: readonly number[]) => Promise<void> = async () => {}) {
  const writes: number[][] = []
  const one = new Collected<number>(300, Math.max, async (values) => {
    writes.push([...values])
    await write(values)
  })
  return { writes, one }
}

it('writes the first value at once, and of those that follow in time only their sum', async () => {
  const { writes, one } = collected()
  await one.add('a', 1)
  const later = [one.add('a', 2), one.add('a', 5), one.add('a', 3)]
  expect(writes).toEqual([[1]])
  await vi.advanceTimersByTimeAsync(300)
  await Promise.all(later)
  expect(writes).toEqual([[1], [5]])
})

it('writes due values of different keys together', async () => {
  const { writes, one } = collected()
  await Promise.all([one.add('a', 1), one.add('b', 2), one.add('c', 3)])
  expect(writes).toEqual([[1, 2, 3]])
})

it('begins again when the time is over', async () => {
  const { writes, one } = collected()
  await one.add('a', 1)
  await vi.advanceTimersByTimeAsync(301)
  await one.add('a', 2)
  expect(writes).toEqual([[1], [2]])
})

it('rejects everyone whose value could not be written', async () => {
  const { one } = collected(() => Promise.reject(new Error('gone')))
  await expect(one.add('a', 1)).rejects.toThrow('gone')
  const later = [one.add('a', 2), one.add('a', 3)].map((promise) => promise.catch((error: Error) => error.message))
  await vi.advanceTimersByTimeAsync(300)
  expect(await Promise.all(later)).toEqual(['gone', 'gone'])
})
