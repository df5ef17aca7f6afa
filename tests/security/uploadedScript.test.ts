import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { picture } from '../support/files/pictures'
import { stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import { read, sentFile, uploaded } from '../support/files/uploads'

warnWithoutS3('Uploaded scripts')

describe.each(stores)('an uploaded script, $store', ({ isS3, start }) => {
  let stored: StoredServer
  let ann: Person
  let bob: Person
  let chat: string
  beforeAll(async () => {
    stored = await start()
    ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(stored.server.url, name)))) as [
      Person,
      Person,
    ]
    chat = (await ann.chatWith(bob)).id
  })
  afterAll(() => stored?.stop())

  it.each([
    ['text/javascript', 'code.js', 'alert(1)'],
    ['application/javascript', 'code.mjs', 'alert(1)'],
    ['text/css', 'look.css', '* { display: none }'],
    ['text/html', 'page.html', '<script>alert(1)</script>'],
    ['application/wasm', 'code.wasm', '\0asm\x01\0\0\0'],
    ['application/json', 'data.json', '{}'],
    ['text/plain', 'notes.txt', 'hello'],
  ])('of the type %s is answered as bytes', async (mime, name, content) => {
    const { url } = await uploaded(ann, Buffer.from(content), { conversationId: chat, mime, name })
    const { headers, bytes } = await read(ann, url!)
    expect(headers.get('content-type')).toBe('application/octet-stream')
    expect(headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(String(bytes)).toBe(content)
  })

  it('is not answered to a page that would run, apply or frame it', async () => {
    const message = await sentFile(ann, chat, await picture('png'), { mime: 'image/png', kind: 'image' })
    const { url, thumbnailUrl } = message.attachments[0]!
    const script = (
      await uploaded(ann, Buffer.from('alert(1)'), { conversationId: chat, mime: 'text/javascript', name: 'code.js' })
    ).url!
    const refused = [
      'script',
      'worker',
      'sharedworker',
      'serviceworker',
      'audioworklet',
      'paintworklet',
      'style',
      'object',
      'embed',
      'iframe',
      'frame',
      'font',
      'manifest',
      'xslt',
      'json',
      'report',
      'anything-new',
    ]
    for (const path of [url, thumbnailUrl!, script]) {
      for (const destination of refused) {
        const answer = await ann.request('GET', path, undefined, { 'sec-fetch-dest': destination })
        expect([destination, answer.status, answer.body.data.code]).toEqual([destination, 403, 'FORBIDDEN'])
      }
      for (const destination of ['empty', 'document', 'image', 'audio', 'video']) {
        const { status } = await ann.request('GET', path, undefined, { 'sec-fetch-dest': destination })
        expect([destination, status]).toEqual([destination, isS3 ? 302 : 200])
      }
    }
  })

  it('and any file of a conversation is not cached, so that a removed person finds it in no cache', async () => {
    const message = await sentFile(ann, chat, await picture('png'), { mime: 'image/png', kind: 'image' })
    const { url, thumbnailUrl } = message.attachments[0]!
    for (const path of [url, thumbnailUrl!, `${url}?download`]) {
      expect((await ann.get(path)).headers.get('cache-control')).toBe('private, no-store')
      // From the store itself too.
      expect((await read(bob, path)).headers.get('cache-control')).toBe('private, no-store')
    }
  })
})
