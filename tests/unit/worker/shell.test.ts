import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { precached } from '../../../worker/precache'
import { kindOf } from '../../../worker/requests'
import { answerFile, answerPage, keepBuild, removeOldBuilds, type Build } from '../../../worker/shell'
import { FakeScope, ORIGIN } from './fakeScope'

const FIRST: Build = { id: 'build-1', files: ['/_nuxt/a.js', '/_nuxt/same.js'] }
const SECOND: Build = { id: 'build-2', files: ['/_nuxt/b.js', '/_nuxt/same.js'] }
const PAGE = new Request(`${ORIGIN}/c/1`)
const shellOf = ({ id }: Build) => new Response(`the shell of ${id}`)

let scope: FakeScope
const serve = (build: Build) => {
  scope.answers.set('/shell', shellOf(build))
  for (const file of build.files) scope.answers.set(file, new Response(file))
}
beforeEach(() => {
  scope = new FakeScope()
  serve(FIRST)
})
afterEach(() => vi.useRealTimers())

const textOf = async (answer: Promise<Response>) => (await answer).text()

describe('what the worker answers', () => {
  const request = (path: string, more: object = {}) =>
    ({ method: 'GET', url: ORIGIN + path, mode: 'cors', destination: '', ...more }) as Request
  const navigation = (path: string, more: object = {}) =>
    request(path, { mode: 'navigate', destination: 'document', ...more })
  const picture = (path: string, more: object = {}) => request(path, { mode: 'no-cors', destination: 'image', ...more })

  it.each([
    ['page', navigation('/')],
    ['page', navigation('/?new')],
    ['page', navigation('/c/1')],
    ['page', navigation('/settings/profile')],
    [null, navigation('/login')],
    [null, navigation('/invite/token')],
    [null, navigation('/api/files/1')],
    [null, navigation('/c/1', { method: 'POST' })],
    ['file', request('/_nuxt/a.js')],
    [null, request('/_nuxt/builds/latest.json')],
    ['file', request('/_nuxt/builds/meta/1.json')],
    ['file', request('/_i18n/94241b9e/en/messages.json')],
    ['picture', picture('/api/files/1/thumbnail?size=large')],
    ['picture', picture('/api/files/1')],
    [null, picture('/api/files/1', { url: 'https://elsewhere.example/api/files/1' })],
    [null, request('/api/files/1', { destination: 'audio' })],
    [null, request('/api/me')],
    [null, request('/api/sync', { method: 'POST' })],
  ])('is %s', (kind, asked) => {
    expect(kindOf(asked, ORIGIN), asked.url).toBe(kind)
  })

  it('keeps what the build has made, without copies and rare letters', () => {
    const names = ['_nuxt', '_nuxt/a.js', '_nuxt/a.js.br', '_nuxt/a.js.gz', '_nuxt/a.js.map', 'favicon.svg']
    const more = ['_nuxt/builds/latest.json', '_nuxt/builds/meta/1.json', '_nuxt/inter-greek-ext-wght-normal.x.woff2']
    expect(precached([...names, ...more, '_nuxt/inter-vietnamese-wght-normal.y.woff2'])).toEqual([
      '/_nuxt/a.js',
      '/_nuxt/builds/meta/1.json',
      '/_nuxt/inter-vietnamese-wght-normal.y.woff2',
    ])
  })
})

describe('the kept builds', () => {
  it('open pages and load files without the network', async () => {
    await keepBuild(scope.asScope(), FIRST)
    scope.answers.clear()
    expect(await textOf(answerPage(scope.asScope(), FIRST, PAGE))).toBe('the shell of build-1')
    expect(await textOf(answerFile(scope.asScope(), new Request(`${ORIGIN}/_nuxt/a.js`)))).toBe('/_nuxt/a.js')
    await expect(answerFile(scope.asScope(), new Request(`${ORIGIN}/_nuxt/other.js`))).rejects.toThrow('network')
  })

  it('leave pages to a server that answers', async () => {
    await keepBuild(scope.asScope(), FIRST)
    scope.answers.set('/c/1', new Response('from the server'))
    expect(await textOf(answerPage(scope.asScope(), FIRST, PAGE))).toBe('from the server')
    const preloaded = Promise.resolve(new Response('preloaded'))
    expect(await textOf(answerPage(scope.asScope(), FIRST, PAGE, preloaded))).toBe('preloaded')
    for (const status of [404, 429]) {
      scope.answers.set('/c/1', new Response('', { status }))
      expect((await answerPage(scope.asScope(), FIRST, PAGE)).status).toBe(status)
    }
  })

  it('open pages for a server that fails or stays silent', async () => {
    await keepBuild(scope.asScope(), FIRST)
    scope.answers.set('/c/1', new Response('', { status: 502 }))
    expect(await textOf(answerPage(scope.asScope(), FIRST, PAGE))).toBe('the shell of build-1')
    vi.useFakeTimers()
    scope.answers.set('/c/1', () => new Promise(() => {}))
    const opening = textOf(answerPage(scope.asScope(), FIRST, PAGE))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await opening).toBe('the shell of build-1')
  })

  it('give the failure itself when there is nothing to open', async () => {
    await expect(answerPage(scope.asScope(), FIRST, PAGE)).rejects.toThrow('network')
    scope.answers.set('/c/1', new Response('', { status: 503 }))
    expect((await answerPage(scope.asScope(), FIRST, PAGE)).status).toBe(503)
  })

  it('take what another build has, and keep that one for pages that still run', async () => {
    await keepBuild(scope.asScope(), FIRST)
    serve(SECOND)
    scope.asked.length = 0
    await keepBuild(scope.asScope(), SECOND)
    await removeOldBuilds(scope.asScope())
    expect(scope.asked).toEqual(['GET /shell', 'GET /_nuxt/b.js'])
    scope.answers.clear()
    expect(await textOf(answerPage(scope.asScope(), SECOND, PAGE))).toBe('the shell of build-2')
    expect(await textOf(answerFile(scope.asScope(), new Request(`${ORIGIN}/_nuxt/a.js`)))).toBe('/_nuxt/a.js')
    const third = { id: 'build-3', files: [] }
    serve(third)
    await keepBuild(scope.asScope(), third)
    await removeOldBuilds(scope.asScope())
    await expect(answerFile(scope.asScope(), new Request(`${ORIGIN}/_nuxt/a.js`))).rejects.toThrow('network')
  })

  it.each<[string, RegExp, () => void]>([
    ['a file is gone', /cannot be loaded/, () => scope.answers.set('/_nuxt/b.js', new Response('', { status: 404 }))],
    ['the server has another build', /another build/, () => scope.answers.set('/shell', shellOf(FIRST))],
    ['the disk is full', /No space/, () => (scope.caches.disk.full = true)],
  ])('are whole or not there: %s', async (_, reason, spoil) => {
    await keepBuild(scope.asScope(), FIRST)
    serve(SECOND)
    spoil()
    await expect(keepBuild(scope.asScope(), SECOND)).rejects.toThrow(reason)
    expect(await scope.caches.keys()).toEqual(['webchat-build build-1'])
  })
})
