import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { crc32, createGzip, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { people, TestGroup } from '../support/groups/group'
import { eventually } from '../support/files/stores'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import type { TestSocket } from '../support/socket'
import { htmlOf, Outside } from './support/outside'

let server: TestServer
let outside: Outside
let inside: Outside
let ann: Person
let bob: Person
let cy: Person
let group: TestGroup
let socket: TestSocket

beforeAll(async () => {
  ;[outside, inside] = await Promise.all([Outside.start(), Outside.start()])
  // Pages have so much time that a busy machine makes no difference, except where a test is about that.
  server = await startServer(settingsWith('60'))
  ;[ann, bob, cy] = await people(server.url, 'Ann', 'Bob', 'Cy')
  group = await TestGroup.make(ann, [bob])
  socket = await bob.connect()
})
afterAll(() => Promise.all([server.discard(), outside.stop(), inside.stop()]))

const settingsWith = (seconds: string) => ({
  LINK_PREVIEWS: 'true',
  LINK_PREVIEW_HOSTS: outside.host,
  LINK_PREVIEW_SECONDS: seconds,
  LOG_LEVEL: 'debug',
})

/** The update that gives a message its preview. */
async function previewOf({ id }: Message): Promise<Message> {
  const fits = ({ message }: { message: Message }) => message.id === id && message.preview !== null
  return (await socket.next('message.updated', fits)).message
}

/** Resolves when the server has given up on the preview of a message. */
function noPreviewOf({ id }: Message, at = server): Promise<void> {
  const isAboutIt = (line: string) => line.includes('has no preview') && line.includes(id)
  return eventually(() => at.log.some(isAboutIt), 'the end of a preview')
}

const stored = async (id: string) => (await group.history(bob)).find((message) => message.id === id)!
const picture = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#c00' } })
    .png()
    .toBuffer()

describe('a link in a message', () => {
  it('gets a preview by an update, which pages and sync have too, with a picture for members', async () => {
    outside.page('/a.png', await picture(900, 600), 'image/png')
    const head =
      '<meta property="og:title" content="  Thịt &amp; cá\u202E "><meta name="description" content="Line one\nline two">' +
      '<meta property="og:site_name" content="The Site"><meta property="og:image" content="/a.png">'
    const url = outside.page('/article', htmlOf('Other title', head))
    const sent = await ann.send(group.id, `see ${url} and http://${outside.host}/second`)
    expect(sent.preview).toBeNull()
    const updated = await previewOf(sent)
    const imageUrl = expect.stringMatching(/^\/api\/files\/[0-9a-f]{24}$/)
    const preview = { url, title: 'Thịt & cá', description: 'Line one line two', site: 'The Site', imageUrl }
    expect(updated).toEqual({ ...sent, rev: sent.rev + 1, preview })
    expect(await stored(sent.id)).toEqual(updated)
    const { body } = await bob.post('/api/sync', { conversations: { [group.id]: sent.rev } })
    expect(body.changes[group.id].messages).toContainEqual(updated)
    expect(outside.countOf('/second')).toBe(0)

    const file = await fetch(server.url + updated.preview!.imageUrl, { headers: { cookie: bob.cookieHeader() } })
    expect([file.status, file.headers.get('content-type')]).toEqual([200, 'image/webp'])
    const { width, height } = await sharp(Buffer.from(await file.arrayBuffer())).metadata()
    expect([width, height]).toEqual([480, 320])
    expect((await cy.get(updated.preview!.imageUrl!)).status).toBe(404)
  })

  it('is fetched once for several messages', async () => {
    const url = outside.page('/once', htmlOf('Once'))
    const sent = await Promise.all([ann, bob, ann].map((person) => person.send(group.id, url)))
    for (const message of sent) expect((await previewOf(message)).preview!.title).toBe('Once')
    expect(outside.countOf('/once')).toBe(1)
  })

  it('that leads to a picture shows it, and one in another encoding is read in it', async () => {
    const photo = await ann.send(group.id, outside.page('/b.png', await picture(300, 300), 'image/png'))
    const jp = Buffer.concat([Buffer.from('<title>'), Buffer.from([0x93, 0xfa, 0x96, 0x7b]), Buffer.from('</title>')])
    const page = await ann.send(group.id, outside.page('/jp', jp, 'text/html; charset=shift_jis'))
    const squeezed = outside.page('/gz', (response) => {
      const headers = { 'content-type': 'text/html', 'content-encoding': 'gzip' }
      response.writeHead(200, headers).end(gzipSync(htmlOf('Small')))
    })
    const small = await ann.send(group.id, squeezed)
    expect((await previewOf(photo)).preview).toMatchObject({ title: '', imageUrl: expect.any(String) })
    expect((await previewOf(page)).preview!.title).toBe('日本')
    expect((await previewOf(small)).preview!.title).toBe('Small')
  })

  it('is followed over three redirects', async () => {
    outside.page('/end', htmlOf('The end'))
    outside.redirect('/hop3', '/end')
    outside.redirect('/hop2', 'hop3')
    const url = outside.redirect('/hop1', `http://${outside.host}/hop2`)
    const { preview } = await previewOf(await ann.send(group.id, url))
    expect(preview).toMatchObject({ url, title: 'The end' })
  })

  it('loses its preview with an edit and a deletion, and keeps it when the link stays', async () => {
    const one = outside.page('/one', htmlOf('One', '<meta property="og:image" content="/a.png">'))
    const two = outside.page('/two', htmlOf('Two'))
    const sent = await ann.send(group.id, one)
    const { preview } = await previewOf(sent)
    const path = group.path(`/messages/${sent.id}`)
    const edit = async (text: string) => (await ann.request('PATCH', path, { text })).body.message as Message
    expect((await edit(`again ${one}`)).preview).toEqual(preview)
    expect((await edit(two)).preview).toBeNull()
    expect((await bob.get(preview!.imageUrl!)).status).toBe(404)
    await socket.next('message.updated', ({ message }) => message.id === sent.id && message.preview?.title === 'Two')
    const back = await edit(`${one} then`)
    const fits = (message: Message) => message.rev > back.rev && message.preview?.title === 'One'
    const { message } = await socket.next(
      'message.updated',
      (data) => data.message.id === sent.id && fits(data.message),
    )
    expect((await ann.request('DELETE', path)).status).toBe(204)
    expect((await stored(sent.id)).preview).toBeNull()
    expect((await bob.get(message.preview!.imageUrl!)).status).toBe(404)
  })
})

describe('no preview is made', () => {
  it('of a message that is deleted, or edited, while its page is fetched', async () => {
    let answer = () => {}
    const isRequested = new Promise<void>((resolve) => {
      outside.page('/slow', (response) => {
        answer = () => response.writeHead(200, { 'content-type': 'text/html' }).end(htmlOf('Slow'))
        resolve()
      })
    })
    const url = `http://${outside.host}/slow`
    const deleted = await ann.send(group.id, url)
    const edited = await ann.send(group.id, `${url} too`)
    await isRequested
    await ann.request('DELETE', group.path(`/messages/${deleted.id}`))
    await ann.request('PATCH', group.path(`/messages/${edited.id}`), { text: 'no link' })
    const kept = await ann.send(group.id, `${url} again`)
    answer()
    await previewOf(kept)
    expect((await stored(deleted.id)).preview).toBeNull()
    expect((await stored(edited.id)).preview).toBeNull()
  })

  it('where the server, the group or the sender does not want any', async () => {
    const url = outside.page('/unwanted', htmlOf('Unwanted'))
    const off = await startServer()
    try {
      const [dan, eve] = await people(off.url, 'Dan', 'Eve')
      await dan.send((await dan.chatWith(eve)).id, url)
    } finally {
      await off.discard()
    }
    const quiet = await TestGroup.make(ann, [bob])
    expect((await quiet.change(ann, { settings: { linkPreviews: false } })).status).toBe(200)
    expect((await quiet.seenBy(bob)).settings.linkPreviews).toBe(false)
    await ann.send(quiet.id, url)
    const { body } = await bob.request('PATCH', '/api/me', { linkPreviews: false })
    expect(body.user.linkPreviews).toBe(false)
    await bob.send(group.id, url)
    const last = await ann.send(group.id, outside.page('/wanted', htmlOf('Wanted')))
    await previewOf(last)
    expect(outside.countOf('/unwanted')).toBe(0)
    await bob.request('PATCH', '/api/me', { linkPreviews: true })
  })

  it.each<[string, () => string]>([
    ['the metadata of a cloud', () => outside.redirect('/r1', 'http://169.254.169.254/latest/meta-data/')],
    ['this machine', () => outside.redirect('/r2', 'http://[::1]/')],
    ['another port of an allowed host', () => outside.redirect('/r3', inside.page('/secret', htmlOf('Secret')))],
    ['this machine by its name', () => outside.redirect('/r4', `http://localhost:${inside.host.split(':')[1]}/secret`)],
    ['a file', () => outside.redirect('/r5', 'file:///etc/passwd')],
    ['a page with a password', () => outside.redirect('/r6', `http://ann:secret@${outside.host}/end`)],
    ['nowhere', () => outside.redirect('/r7', 'http://')],
  ])('of a page that redirects to %s', async (_, make) => {
    await noPreviewOf(await ann.send(group.id, make()))
    expect(inside.requested).toEqual([])
  })

  it('of 1,000 redirects, of which three are followed', async () => {
    for (let index = 0; index < 1_000; index++) outside.redirect(`/many/${index}`, `/many/${index + 1}`)
    await noPreviewOf(await ann.send(group.id, `http://${outside.host}/many/0`))
    expect(outside.requested.filter((path) => path.startsWith('/many/'))).toHaveLength(4)
  })

  it.each<[string, () => string]>([
    ['an error', () => `http://${outside.host}/missing`],
    ['another type', () => outside.page('/json', htmlOf('JSON'), 'application/json')],
    ['SVG', () => outside.page('/svg', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'image/svg+xml')],
    ['nothing', () => outside.page('/empty', '')],
    ['a page without a word about itself', () => outside.page('/silent', '<body>Words</body>')],
    ['a picture that is none', () => outside.page('/fake.png', 'no picture', 'image/png')],
    [
      'an unknown compression',
      () =>
        outside.page('/zz', (response) =>
          response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'zz' }).end('x'),
        ),
    ],
    ['a broken connection', () => outside.page('/broken', (response) => response.destroy())],
    ['no HTTP', () => outside.page('/no-http', (response) => response.socket!.end('HTTP/9.9 ???\r\n\r\n'))],
  ])('of %s', async (_, make) => {
    await noPreviewOf(await ann.send(group.id, make()))
  })
})

describe('a page that is too much', () => {
  it('delays no message, and no preview of others', async () => {
    let arrived = () => {}
    const isRequested = new Promise<void>((resolve) => (arrived = resolve))
    const silent = outside.page('/never', () => arrived())
    await ann.send(group.id, silent)
    await isRequested
    const other = await bob.send(group.id, outside.page('/quick', htmlOf('Quick')))
    expect((await previewOf(other)).preview!.title).toBe('Quick')
  })

  it('is given up in time', async () => {
    const hasty = await startServer(settingsWith('1'))
    try {
      const [dan, eve] = await people(hasty.url, 'Dan', 'Eve')
      const { id } = await dan.chatWith(eve)
      const endless = outside.page('/endless', (response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).write('<html><head><!--')
        const timer = setInterval(() => response.write('more '), 200)
        response.on('close', () => clearInterval(timer))
      })
      const sent = [
        await dan.send(
          id,
          outside.page('/silent', () => {}),
        ),
        await dan.send(id, endless),
      ]
      await Promise.all(sent.map((message) => noPreviewOf(message, hasty)))
    } finally {
      await hasty.discard()
    }
  })

  it('is read as far as its head', async () => {
    const closed = new Promise<void>((resolve) => {
      outside.page('/long', (response) => {
        response.on('close', resolve)
        response.writeHead(200, { 'content-type': 'text/html' }).write(htmlOf('Long'))
        pipeline(createReadStream('/dev/zero'), response, () => {})
      })
    })
    const sent = await ann.send(group.id, `http://${outside.host}/long`)
    expect((await previewOf(sent)).preview!.title).toBe('Long')
    await closed
  })

  it.each<[string, Record<string, string>]>([
    ['10 GB of a page', { 'content-type': 'text/html', 'content-length': String(10 * 1024 ** 3) }],
    ['10 GB of a picture', { 'content-type': 'image/png', 'content-length': String(10 * 1024 ** 3) }],
    ['a page that decompresses without an end', { 'content-type': 'text/html', 'content-encoding': 'gzip' }],
    ['a picture that decompresses without an end', { 'content-type': 'image/png', 'content-encoding': 'gzip' }],
  ])('is cut off: %s', async (name, headers) => {
    const path = `/flood/${encodeURIComponent(name)}`
    let bytes = 0
    const closed = new Promise<void>((resolve) => {
      outside.page(path, (response) => {
        response.writeHead(200, headers)
        const { socket: connection } = response
        response.on('close', () => resolve(void (bytes = connection!.bytesWritten)))
        const zeros = createReadStream('/dev/zero')
        if (headers['content-encoding']) pipeline(zeros, createGzip(), response, () => {})
        else pipeline(zeros, response, () => {})
      })
    })
    await noPreviewOf(await ann.send(group.id, `http://${outside.host}${path}`))
    await closed
    // What the buffers of both ends take comes on top of the megabyte that is read.
    expect(bytes).toBeLessThan(32 * 1024 ** 2)
  })

  it('has no picture that takes too much memory', async () => {
    // Its header says 30,000 times 30,000 pixels.
    const bomb = Buffer.from(await picture(8, 8))
    bomb.writeUInt32BE(30_000, 16)
    bomb.writeUInt32BE(30_000, 20)
    bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
    outside.page('/bomb.png', bomb, 'image/png')
    const page = outside.page('/bomb', htmlOf('Bomb', '<meta property="og:image" content="bomb.png">'))
    expect((await previewOf(await ann.send(group.id, page))).preview).toMatchObject({ title: 'Bomb', imageUrl: null })
  })

  it('is bounded in its words', async () => {
    const head = `<meta name="description" content="${'<b>x</b> '.repeat(50_000)}">`
    const sent = await ann.send(group.id, outside.page('/wordy', htmlOf('é'.repeat(200_000), head)))
    const { title, description } = (await previewOf(sent)).preview!
    expect([[...title].length, [...description].length]).toEqual([150, 300])
  })
})
