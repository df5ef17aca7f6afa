import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'

const source = readFileSync(resolve(import.meta.dirname, '../../../public/push-worker.js'), 'utf8')
const PUSH = { conversationId: 'chat', seq: 7, title: 'Ann', body: 'hello', icon: null }
const PAGE = '/api/conversations/chat/messages?after=6&limit=1'

type Answers = Record<string, { status: number; messages?: object[] } | undefined>

/** The worker in a browser of which only this much exists. @param answers of the server, by path; none: it is away */
function startWorker(answers: Answers) {
  const listeners = new Map<string, (event: object) => void>()
  const shown: [string, object][] = []
  const asked: string[] = []
  const opened: unknown[] = []
  const pages: object[] = []
  const self = {
    addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener),
    registration: { showNotification: async (title: string, options: object) => void shown.push([title, options]) },
    clients: { matchAll: async () => pages, openWindow: async (path: string) => void opened.push(path) },
    skipWaiting() {},
  }
  const fetch = async (path: string, { method = 'GET' } = {}) => {
    asked.push(`${method} ${path}`)
    const answer = answers[path]
    if (!answer) throw new TypeError('network')
    if (method === 'POST' && answer.status === 200) answers[PAGE] = { status: 200, messages: [{ seq: 7 }] }
    return { ok: answer.status < 300, status: answer.status, json: async () => ({ messages: answer.messages }) }
  }
  runInNewContext(source, { self, fetch, AbortSignal })
  async function dispatch(type: string, event: object) {
    let done: Promise<unknown> = Promise.resolve()
    listeners.get(type)!({ ...event, waitUntil: (work: Promise<unknown>) => (done = work) })
    await done
  }
  return { shown, asked, opened, pages, dispatch, push: () => dispatch('push', { data: { json: () => PUSH } }) }
}

describe('the worker of pushes', () => {
  it('shows a message that its reader may still see, one notification a chat', async () => {
    const worker = startWorker({ [PAGE]: { status: 200, messages: [{ seq: 7, deletedAt: null }] } })
    await worker.push()
    expect(worker.shown).toEqual([
      [
        'Ann',
        { body: 'hello', icon: undefined, tag: 'chat', renotify: true, data: { conversationId: 'chat', seq: 7 } },
      ],
    ])
  })

  it.each<[string, Answers]>([
    ['a chat that they were removed from', { [PAGE]: { status: 404 } }],
    ['a message that was deleted', { [PAGE]: { status: 200, messages: [{ seq: 7, deletedAt: 'now' }] } }],
    ['a message that is hidden from them', { [PAGE]: { status: 200, messages: [{ seq: 9 }] } }],
    ['a session that has ended', { [PAGE]: { status: 401 }, '/api/auth/refresh': { status: 401 } }],
    ['a server that is away', {}],
  ])('shows nothing of %s', async (_, answers) => {
    const worker = startWorker(answers)
    await worker.push()
    expect(worker.asked[0]).toBe(`GET ${PAGE}`)
    expect(worker.shown).toEqual([])
  })

  it('renews the session if it has to', async () => {
    const worker = startWorker({ [PAGE]: { status: 401 }, '/api/auth/refresh': { status: 200 } })
    await worker.push()
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
