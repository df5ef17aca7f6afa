import { describe, expect, it } from 'vitest'
import { listenToPushes } from '../../../worker/pushes'
import { FakeScope } from './fakeScope'

const PUSH = { conversationId: 'chat', seq: 7, title: 'Ann', body: 'hello', icon: null }
const PAGE = '/api/conversations/chat/messages?after=6&limit=1'
const page = (...messages: object[]) => Response.json({ messages })
const refused = (status: number) => new Response('', { status })

/** A worker that listens. @param answers of the server, by path; none: it is away */
function startWorker(answers: Record<string, Response>): FakeScope {
  const scope = new FakeScope()
  for (const [path, answer] of Object.entries(answers)) scope.answers.set(path, answer)
  listenToPushes(scope.asScope())
  return scope
}

const push = (scope: FakeScope) => scope.dispatch('push', { data: { json: () => PUSH } })

describe('the worker of pushes', () => {
  it('shows a message that its reader may still see, one notification a chat', async () => {
    const worker = startWorker({ [PAGE]: page({ seq: 7, deletedAt: null }) })
    await push(worker)
    expect(worker.shown).toEqual([
      [
        'Ann',
        { body: 'hello', icon: undefined, tag: 'chat', renotify: true, data: { conversationId: 'chat', seq: 7 } },
      ],
    ])
  })

  it.each<[string, Record<string, Response>]>([
    ['a chat that they were removed from', { [PAGE]: refused(404) }],
    ['a message that was deleted', { [PAGE]: page({ seq: 7, deletedAt: 'now' }) }],
    ['a message that is hidden from them', { [PAGE]: page({ seq: 9 }) }],
    ['a session that has ended', { [PAGE]: refused(401), '/api/auth/refresh': refused(401) }],
    ['a server that is away', {}],
  ])('shows nothing of %s', async (_, answers) => {
    const worker = startWorker(answers)
    await push(worker)
    expect(worker.asked[0]).toBe(`GET ${PAGE}`)
    expect(worker.shown).toEqual([])
  })

  it('renews the session if it has to', async () => {
    const worker = startWorker({ [PAGE]: refused(401) })
    worker.answers.set('/api/auth/refresh', () => {
      worker.answers.set(PAGE, page({ seq: 7 }))
      return Response.json({})
    })
    await push(worker)
    expect(worker.asked).toEqual([`GET ${PAGE}`, 'POST /api/auth/refresh', `GET ${PAGE}`])
    expect(worker.shown).toHaveLength(1)
  })

  it('opens the message in a page that is there, else in a new one', async () => {
    const worker = startWorker({})
    let closed = 0
    const notification = { close: () => closed++, data: { conversationId: 'chat', seq: 7 } }
    await worker.dispatch('notificationclick', { notification })
    expect(worker.opened).toEqual(['/c/chat'])
    worker.pages.push({
      focused: false,
      postMessage: (message: object) => worker.opened.push(message),
      focus: async () => worker.opened.push('focus'),
    })
    await worker.dispatch('notificationclick', { notification })
    expect(worker.opened.slice(1)).toEqual([{ kind: 'open', conversationId: 'chat', seq: 7 }, 'focus'])
    expect(closed).toBe(2)
  })
})
