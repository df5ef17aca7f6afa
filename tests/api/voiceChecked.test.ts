import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import { begin, groupOf, read, sendFiles, tryUpload, uploaded } from '../support/files/uploads'
import { register, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { beepsOf, claim, frames, WAVEFORM } from '../support/voice/voice'

let server: TestServer
let ann: Person
let bob: Person
let conversationId: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  conversationId = (await ann.chatWith(bob)).id
})
afterAll(() => server.discard())

describe('a voice message is accepted', () => {
  it.each([
    ['webm as Chromium records it', beepsOf.webm, 'audio/webm', 6_000],
    ['mp4 as Chromium records it', beepsOf.mp4, 'audio/mp4', 6_021],
  ])('as %s, and has its measured duration and its waveform', async (_, bytes, mime, durationMs) => {
    // What it is said to be does not matter: it is served as what it is.
    const upload = await uploaded(ann, bytes, {
      conversationId,
      ...claim({ mime: 'audio/x-nonsense', durationMs: 5_900 }),
    })
    expect(upload).toMatchObject({ kind: 'voice', mime, durationMs, waveform: WAVEFORM, thumbnailUrl: null })
    const sent = await sendFiles(ann, conversationId, [upload.id])
    expect([sent.status, sent.body.message]).toMatchObject([
      201,
      {
        text: '',
        heardBy: [],
        attachments: [{ kind: 'voice', mime, durationMs, waveform: WAVEFORM, size: bytes.length }],
      },
    ])
    const part = await read(bob, upload.url!, { range: 'bytes=100-199' })
    expect([part.status, part.headers.get('content-type'), part.bytes.equals(bytes.subarray(100, 200))]).toEqual([
      206,
      mime,
      true,
    ])
    const shared = await bob.get(`/api/conversations/${conversationId}/shared?kind=voice&limit=1`)
    expect(shared.body.messages).toEqual([sent.body.message])
    expect((await bob.get(`/api/conversations/${conversationId}/shared?kind=files`)).body.messages).toEqual([])
  })

  it.each([
    ['webm', 'audio/webm'],
    ['mp4', 'audio/mp4'],
    ['ogg', 'audio/ogg'],
  ] as const)('in every container that recorders make: %s', async (container, mime) => {
    const upload = await uploaded(ann, await frames(3, { container }), {
      conversationId,
      ...claim({ durationMs: 3_000 }),
    })
    expect([upload.mime, Math.abs(upload.durationMs! - 3_000) < 50]).toEqual([mime, true])
  })

  it('up to fifteen minutes', async () => {
    const upload = await uploaded(ann, await frames(900, { every: 0.06 }), {
      conversationId,
      ...claim({ durationMs: LIMITS.voiceDuration }),
    })
    expect(Math.round(upload.durationMs! / 1_000)).toBe(900)
  })
})

describe('a voice message is refused, with a code and a sentence', () => {
  const film = readFileSync(resolve(import.meta.dirname, '../../scripts/seed/files/pier.webm'))

  it.each([
    ['of no time', claim({ durationMs: 0 }), 422, 'durationMs', 'A voice message cannot be empty.'],
    ['of ten hours', claim({ durationMs: 36_000_000 }), 422, 'durationMs', 'At most 15 minutes.'],
    ['of half a millisecond more', claim({ durationMs: 1.5 }), 422, 'durationMs', expect.any(String)],
    ['without a time', claim({ durationMs: undefined }), 422, 'durationMs', expect.any(String)],
    ['without a waveform', claim({ waveform: undefined }), 422, 'waveform', expect.any(String)],
    ['with 63 points', claim({ waveform: WAVEFORM.slice(1) }), 422, 'waveform', 'A waveform has 64 numbers.'],
    ['with 10,000 points', claim({ waveform: Array(10_000).fill(1) }), 422, 'waveform', 'A waveform has 64 numbers.'],
    ['with a million points', claim({ waveform: Array(1_000_000).fill(1) }), 413, undefined, expect.any(String)],
    ['louder than loud', claim({ waveform: WAVEFORM.with(3, 1.01) }), 422, 'waveform', expect.any(String)],
    ['quieter than nothing', claim({ waveform: WAVEFORM.with(3, -0.01) }), 422, 'waveform', expect.any(String)],
    ['with words for numbers', claim({ waveform: Array(64).fill('loud') as any }), 422, 'waveform', expect.any(String)],
    ['of 21 MiB', { ...claim(), size: 21 * 1024 ** 2 }, 422, 'size', 'At most 20 MiB.'],
  ])('before it is sent: %s', async (_, input, status, field, sentence) => {
    const answer = await begin(ann, { conversationId, size: 1_000, ...input })
    expect([answer.status, answer.body.data.code]).toEqual([status, status === 413 ? 'TOO_LARGE' : 'INVALID'])
    expect(answer.body.data.issues?.[0].path[0]).toBe(field)
    expect(answer.body.message).toEqual(sentence)
  })

  it.each([
    ['a text', () => Buffer.from('hello '.repeat(100)), {}, 'mime'],
    ['a page', () => Buffer.from('<html><script>alert(1)</script></html>'), {}, 'mime'],
    ['a picture', () => readFileSync(resolve(import.meta.dirname, '../../scripts/seed/files/boat.jpg')), {}, 'mime'],
    ['a film', () => film, { durationMs: 3_912 }, 'mime'],
    ['sound with a film', () => frames(3, { film: true }), { durationMs: 3_000 }, 'mime'],
    ['an mp4 with a film', () => frames(3, { film: true, container: 'mp4' }), { durationMs: 3_000 }, 'mime'],
    ['a header without sound', () => beepsOf.webm.subarray(0, 100), {}, 'mime'],
    ['a webm that breaks off', () => beepsOf.webm.subarray(0, 12_000), {}, 'durationMs'],
    ['an mp4 that breaks off', () => beepsOf.mp4.subarray(0, 12_000), {}, 'durationMs'],
    [
      'an mp4 without its end',
      async () => (await frames(3, { container: 'mp4' })).subarray(0, 3_000),
      { durationMs: 3_000 },
      'durationMs',
    ],
    ['more frames than anybody speaks', () => frames(60, { every: 0.001 }), { durationMs: 60_000 }, 'mime'],
    ['zeros', () => Buffer.alloc(10_000), {}, 'mime'],
    [
      'ten hours that are said to be a second',
      () => frames(36_000, { every: 20 }),
      { durationMs: 1_000 },
      'durationMs',
    ],
    [
      'ten hours that are said to be fifteen minutes',
      () => frames(36_000, { every: 20 }),
      { durationMs: LIMITS.voiceDuration },
      'durationMs',
    ],
    [
      'a second that is said to be fifteen minutes',
      () => frames(1),
      { durationMs: LIMITS.voiceDuration },
      'durationMs',
    ],
    [
      'two frames that are said to be ten minutes apart',
      () => frames(600, { every: 599.98 }),
      { durationMs: 600_000 },
      'durationMs',
    ],
  ])('when it is complete: %s', async (_, make, more, field) => {
    const answer = await tryUpload(ann, await make(), { conversationId, ...claim(more) })
    expect([answer.status, answer.body.data?.code]).toEqual([422, 'INVALID'])
    expect(answer.body.data.issues).toEqual([
      { path: [field], code: expect.any(String), params: {}, message: expect.stringMatching(/^(?:This|A|No) .*\.$/) },
    ])
    expect((await sendFiles(ann, conversationId, [answer.id])).status).toBe(404)
  })

  it('where the right to send one was denied', async () => {
    const group = await groupOf(ann, [bob])
    const upload = await uploaded(bob, beepsOf.webm, { conversationId: group, ...claim() })
    await ann.request('PATCH', `/api/conversations/${group}/members/${bob.user.id}`, { deny: ['sendVoice'] })
    const answers = [
      await begin(bob, { conversationId: group, size: 1, ...claim() }),
      await sendFiles(bob, group, [upload.id]),
    ]
    for (const { status, body } of answers) expect([status, body.data.code]).toEqual([403, 'FORBIDDEN'])
    expect((await begin(bob, { conversationId: group, size: 1 })).status).toBe(201)
  })
})
