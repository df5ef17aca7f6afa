import { describe, expect, it } from 'vitest'
import { RequestQueue } from '../../../server/socket/requestQueue'

/** A queue whose frames are letters: capitals may run together. */
function queueOfLetters() {
  const running: string[] = []
  const finish = new Map<string, () => void>()
  const queue = new RequestQueue<string>((letter) => ({
    together: letter === letter.toUpperCase(),
    run: () =>
      new Promise<void>((done) => {
        running.push(letter)
        finish.set(letter, () => {
          running.splice(running.indexOf(letter), 1)
          done()
        })
      }),
  }))
  const end = async (letter: string) => {
    finish.get(letter)!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { queue, running, end }
}

describe('the requests of one socket', () => {
  it('run one after the other, in order; neighbours that can run together do', async () => {
    const { queue, running, end } = queueOfLetters()
    for (const letter of ['a', 'b', 'C', 'D', 'e', 'F']) expect(queue.add(letter)).toBe(true)
    expect(running).toEqual(['a'])
    await end('a')
    expect(running).toEqual(['b'])
    await end('b')
    expect(running).toEqual(['C', 'D'])
    await end('C')
    expect(running).toEqual(['D'])
    await end('D')
    expect(running).toEqual(['e'])
    await end('e')
    expect(running).toEqual(['F'])
  })

  it('wait up to a megabyte, and no more', () => {
    const { queue } = queueOfLetters()
    queue.add('a')
    const large = 'x'.repeat(65_000)
    const taken = Array.from({ length: 50 }, () => queue.add(large)).filter(Boolean).length
    expect(taken).toBeGreaterThan(10)
    expect(taken).toBeLessThan(20)
  })

  it('are forgotten when their socket is gone', async () => {
    const { queue, running, end } = queueOfLetters()
    for (const letter of ['a', 'b', 'c']) queue.add(letter)
    queue.clear()
    await end('a')
    expect(running).toEqual([])
  })
})
