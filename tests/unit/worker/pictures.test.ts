import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PICTURE_CACHE } from '#shared/worker'
import { Cache } from '~/client/storage/cache'
import { keepPictures, wipePictures } from '~/client/storage/pictures'
import { MAX_PICTURE_BYTES, MAX_PICTURES, Pictures } from '../../../worker/pictures'
import { FakeScope, ORIGIN } from './fakeScope'

const MIB = 1024 * 1024
let scope: FakeScope
let pictures: Pictures
beforeEach(async () => {
  scope = new FakeScope()
  vi.stubGlobal('caches', scope.caches)
  pictures = new Pictures(scope.asScope())
  await keepPictures()
  return () => vi.unstubAllGlobals()
})

const serve = (name: string, bytes = 10) =>
  scope.answers.set(
    `/api/files/${name}`,
    new Response(new Uint8Array(bytes), { headers: { 'content-type': 'image/webp' } }),
  )

/** Shows a picture, and waits until it is stored. */
async function see(name: string, from = pictures): Promise<Response> {
  const works: Promise<unknown>[] = []
  const answer = await from.answer(new Request(`${ORIGIN}/api/files/${name}`), (work) => works.push(work))
  await Promise.all(works)
  return answer
}

const kept = () =>
  [...(scope.caches.byName.get(PICTURE_CACHE)?.entries.keys() ?? [])].map((url) => url.split('/').at(-1))

describe('pictures that were seen', () => {
  it('are there without the network, as they were', async () => {
    serve('one', 12)
    await see('one')
    scope.answers.clear()
    const again = await see('one')
    expect((await again.blob()).size).toBe(12)
    expect(again.headers.get('content-type')).toBe('image/webp')
    await expect(see('never seen')).rejects.toThrow('network')
  })

  it('are removed when the server refuses them', async () => {
    serve('one')
    await see('one')
    scope.answers.set('/api/files/one', new Response('', { status: 404 }))
    expect((await see('one')).status).toBe(404)
    scope.answers.clear()
    await expect(see('one')).rejects.toThrow('network')
  })

  it('stand in for a server that fails', async () => {
    serve('one')
    await see('one')
    scope.answers.set('/api/files/one', new Response('', { status: 503 }))
    expect((await see('one')).status).toBe(200)
  })

  it('are bounded in number, the oldest going first', async () => {
    for (let number = 0; number <= MAX_PICTURES; number++) {
      serve(`${number}`)
      await see(`${number}`)
    }
    expect(kept()).toHaveLength(MAX_PICTURES)
    expect(kept()[0]).toBe('1')
    // A worker that starts anew knows what is there.
    serve('new')
    await see('new', new Pictures(scope.asScope()))
    expect(kept()).toHaveLength(MAX_PICTURES)
    expect(kept()[0]).toBe('2')
  })

  it('are bounded in bytes, and none is large', async () => {
    serve('huge', 4 * MIB)
    await see('huge')
    expect(kept()).toEqual([])
    for (let number = 0; number < 30; number++) {
      serve(`${number}`, 2 * MIB)
      await see(`${number}`)
    }
    expect(kept()).toHaveLength(MAX_PICTURE_BYTES / (2 * MIB))
    expect(kept().at(-1)).toBe('29')
  })

  it('are shown and not kept when the disk is full', async () => {
    scope.caches.disk.full = true
    serve('one')
    expect((await see('one')).status).toBe(200)
    expect(kept()).toEqual([])
  })

  it('are kept for nobody who has left, also those on their way', async () => {
    serve('before')
    await see('before')
    let arrive = (_answer: Response) => {}
    scope.answers.set('/api/files/late', () => new Promise<Response>((resolve) => (arrive = resolve)))
    const late = see('late')
    await vi.waitFor(() => expect(scope.asked).toContain('GET /api/files/late'))
    await wipePictures()
    arrive(new Response('late'))
    await late
    await see('before')
    expect(await scope.caches.keys()).toEqual([])
    await keepPictures()
    expect(kept()).toEqual([])
  })

  it('go with all that is stored of a person, and with a membership', async () => {
    const cache = new Cache(true)
    const fill = async () => {
      cache.open('ann')
      await vi.waitFor(async () => expect(await scope.caches.has(PICTURE_CACHE)).toBe(true))
      serve('one')
      await see('one')
      expect(kept()).toEqual(['one'])
    }
    await fill()
    await cache.removeConversation('chat')
    await vi.waitFor(() => expect([scope.caches.byName.has(PICTURE_CACHE), kept()]).toEqual([true, []]))
    for (const wipe of [() => cache.wipeShown('ann'), () => cache.wipe('ann')]) {
      await fill()
      await wipe()
      expect(await scope.caches.keys()).toEqual([])
    }
  })

  it('of a store that lets nobody read them are shown all the same', async () => {
    const opaque = Object.assign(new Response('bytes'), {})
    Object.defineProperty(opaque, 'type', { value: 'opaque' })
    const asked: string[] = []
    scope.fetch = async (request: Request | string) => {
      asked.push(typeof request === 'string' ? 'readable' : 'as asked')
      if (typeof request === 'string') throw new TypeError('CORS')
      return opaque
    }
    for (let turn = 0; turn < 2; turn++) expect(await see('one')).toBe(opaque)
    expect(asked).toEqual(['readable', 'as asked', 'as asked'])
  })
})
