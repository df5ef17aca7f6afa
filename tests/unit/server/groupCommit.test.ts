import { describe, expect, it } from 'vitest'
import { groupCommit, type Outcome } from '../../../server/services/messages/groupCommit'

/** A write that ends when the test says so. */
function slowWriter() {
  const batches: {
    key: string
    items: number[]
    finish: (outcomes?: Outcome<string>[]) => void
    fail: (error: Error) => void
  }[] = []
  const write = (key: string, items: number[]) =>
    new Promise<Outcome<string>[]>((resolve, reject) => {
      const done = items.map((item) => ({ value: `written ${item}` }))
      batches.push({ key, items, finish: (outcomes = done) => resolve(outcomes), fail: reject })
    })
  return { batches, add: groupCommit(write) }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('groupCommit', () => {
  it('writes the first at once, and what arrives meanwhile together, in order', async () => {
    const { batches, add } = slowWriter()
    const results = [1, 2, 3, 4].map((item) => add('chat', item))
    expect(batches.map(({ items }) => items)).toEqual([[1]])
    batches[0]!.finish()
    await turn()
    expect(batches.map(({ items }) => items)).toEqual([[1], [2, 3, 4]])
    batches[1]!.finish()
    expect(await Promise.all(results)).toEqual(['written 1', 'written 2', 'written 3', 'written 4'])
  })

  it('answers nobody before their own write has ended', async () => {
    const { batches, add } = slowWriter()
    const answered: number[] = []
    for (const item of [1, 2]) void add('chat', item).then(() => answered.push(item))
    await turn()
    expect(answered).toEqual([])
    batches[0]!.finish()
    await turn()
    expect(answered).toEqual([1])
    batches[1]!.finish()
    await turn()
    expect(answered).toEqual([1, 2])
  })

  it('never has two writes of one key under way, and does not delay other keys', async () => {
    const { batches, add } = slowWriter()
    void add('busy', 1)
    void add('busy', 2)
    const other = add('quiet', 3)
    expect(batches.map(({ key }) => key)).toEqual(['busy', 'quiet'])
    batches[1]!.finish()
    expect(await other).toBe('written 3')
    expect(batches).toHaveLength(2)
  })

  it('keeps writes at a bounded size', async () => {
    const sizes: number[] = []
    const add = groupCommit<number, number>(async (_key, items) => {
      sizes.push(items.length)
      await turn()
      return items.map((value) => ({ value }))
    })
    const numbers = Array.from({ length: 1_000 }, (_, number) => number)
    expect(await Promise.all(numbers.map((number) => add('chat', number)))).toEqual(numbers)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100)
    expect(sizes.length).toBeLessThan(15)
  })

  it('gives one item’s error to that item alone', async () => {
    const { batches, add } = slowWriter()
    void add('chat', 0)
    const results = Promise.allSettled([1, 2, 3].map((item) => add('chat', item)))
    batches[0]!.finish()
    await turn()
    batches[1]!.finish([{ value: 'a' }, { error: new Error('no') }, { value: 'c' }])
    expect(
      (await results).map((result) => (result.status === 'fulfilled' ? result.value : result.reason.message)),
    ).toEqual(['a', 'no', 'c'])
  })

  it('gives a failed write’s error to everyone in it, and continues with those who wait', async () => {
    const { batches, add } = slowWriter()
    const first = add('chat', 1)
    const second = add('chat', 2)
    batches[0]!.fail(new Error('the disk is full'))
    await expect(first).rejects.toThrow('the disk is full')
    await turn()
    batches[1]!.finish()
    expect(await second).toBe('written 2')
    const third = add('chat', 3)
    batches[2]!.finish()
    expect(await third).toBe('written 3')
  })

  it('survives a write that throws before it begins', async () => {
    let broken = true
    const add = groupCommit<number, number>((_key, items) => {
      if (broken) throw new Error('broken')
      return Promise.resolve(items.map((value) => ({ value })))
    })
    await expect(add('chat', 1)).rejects.toThrow('broken')
    broken = false
    expect(await add('chat', 2)).toBe(2)
  })
})
