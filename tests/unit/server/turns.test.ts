import { expect, it } from 'vitest'
import { Turns } from '../../../server/auth/turns'

it('lets some jobs of a key run, more wait in order, and refuses the rest; other keys are not delayed', async () => {
  const turns = new Turns({ width: 2, waiting: 3 })
  const started: string[] = []
  const end: (() => void)[] = []
  const work = (name: string) => () => {
    started.push(name)
    return new Promise<string>((done) => end.push(() => done(name)))
  }
  const ann = ['a1', 'a2', 'a3', 'a4', 'a5'].map((name) => turns.run('ann', work(name)))
  await expect(turns.run('ann', work('a6'))).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfter: 1 })
  const bob = turns.run('bob', work('b1'))
  await new Promise((resolve) => setImmediate(resolve))
  expect(started).toEqual(['a1', 'a2', 'b1'])
  for (let turn = 0; turn < 6; turn++) {
    end[turn]!()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(started).toEqual(['a1', 'a2', 'b1', 'a3', 'a4', 'a5'])
  expect(await Promise.all([...ann, bob])).toEqual(['a1', 'a2', 'a3', 'a4', 'a5', 'b1'])
})

it('passes a turn on also if its job fails', async () => {
  const turns = new Turns({ width: 1, waiting: 1 })
  const failing = turns.run('ann', () => Promise.reject(new Error('no')))
  const next = turns.run('ann', async () => 'yes')
  await expect(failing).rejects.toThrow('no')
  expect(await next).toBe('yes')
})
