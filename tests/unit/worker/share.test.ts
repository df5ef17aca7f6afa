import { beforeEach, describe, expect, it, vi } from 'vitest'
import { takeShared } from '~/client/storage/shares'
import { answerShare } from '../../../worker/share'
import { FakeScope, ORIGIN } from './fakeScope'

let scope: FakeScope
beforeEach(() => {
  scope = new FakeScope()
  vi.stubGlobal('caches', scope.caches)
  return () => vi.unstubAllGlobals()
})

/** Shares a form. @returns the key that the page is opened with */
async function share(fields: Record<string, string | File>): Promise<string> {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  const answer = await answerShare(scope.asScope(), new Request(`${ORIGIN}/share`, { method: 'POST', body }))
  expect(answer.status).toBe(303)
  return new URL(answer.headers.get('location')!, ORIGIN).searchParams.get('shared')!
}

describe('what other apps share', () => {
  it('is there for the page once, files with their names and types', async () => {
    const key = await share({ text: 'hello', files: new File(['bytes'], 'a.txt', { type: 'text/plain' }) })
    const shared = await takeShared(key)
    expect(shared?.text).toBe('hello')
    expect(shared?.files.map(({ name, type, size }) => ({ name, type, size }))).toEqual([
      { name: 'a.txt', type: 'text/plain', size: 5 },
    ])
    expect(await takeShared(key)).toBe(null)
  })

  it.each([
    [{ title: 'A boat', text: 'see https://b.example', url: 'https://b.example' }, 'A boat\nsee https://b.example'],
    [{ title: 'https://b.example', url: 'https://b.example' }, 'https://b.example'],
    [{ title: ' ', text: '', url: 'https://b.example' }, 'https://b.example'],
    [{ files: new File([], '') }, ''],
  ])('is a text without what it says twice: %o', async (fields, text) => {
    expect(await takeShared(await share(fields as Record<string, string | File>))).toEqual({ text, files: [] })
  })

  it('is lost, and nothing else, when the disk is full', async () => {
    scope.caches.disk.full = true
    expect(await takeShared(await share({ text: 'hello' }))).toBe(null)
  })
})
