import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Person, register } from '../support/person'
import { photo, picture } from '../support/files/pictures'
import { eventually, stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import { groupOf, read, tryUpload, uploaded } from '../support/files/uploads'

warnWithoutS3('Faces of people and groups')

describe.each(stores)('an avatar, $store', ({ start }) => {
  let stored: StoredServer
  let ann: Person
  let bob: Person
  let eve: Person

  beforeAll(async () => {
    stored = await start()
    const people = await Promise.all(['Ann', 'Bob', 'Eve'].map((name) => register(stored.server.url, name)))
    ;[ann, bob, eve] = people as [Person, Person, Person]
  })
  afterAll(() => stored?.stop())

  const face = async (person: Person, conversationId?: string) =>
    uploaded(person, await photo(), { kind: 'avatar', mime: 'image/jpeg', ...(conversationId && { conversationId }) })
  const wear = (person: Person, avatarUploadId: string | null) => person.request('PATCH', '/api/me', { avatarUploadId })

  it('of a person is a square, and everyone who is signed in can see it once it is set', async () => {
    const upload = await face(ann)
    expect(upload).toMatchObject({ conversationId: null, mime: 'image/webp', width: 512, height: 512 })
    expect((await read(bob, upload.url!)).status).toBe(404)
    expect((await read(ann, upload.url!)).status).toBe(200)
    expect((await wear(ann, upload.id)).body.user.avatarUrl).toBe(upload.url)
    for (const [path, side] of [
      [upload.url!, 512],
      [upload.thumbnailUrl!, 128],
      [`${upload.thumbnailUrl}?size=large`, 512],
    ] as const) {
      const file = await read(eve, path)
      expect(await sharp(file.bytes).metadata()).toMatchObject({ format: 'webp', width: side, height: side })
      expect((await sharp(file.bytes).metadata()).exif).toBeUndefined()
    }
    expect((await new Person(stored.server.url).get(upload.url!)).status).toBe(401)
    expect((await bob.get(`/api/users/${ann.user.id}`)).body.user.avatarUrl).toBe(upload.url)
  })

  it('of a person is removed when they set another, or none', async () => {
    const [first, second] = [await face(bob), await face(bob)]
    await wear(bob, first.id)
    // Again is fine.
    expect((await wear(bob, first.id)).status).toBe(200)
    expect((await read(eve, first.url!)).status).toBe(200)
    await wear(bob, second.id)
    await eventually(async () => (await eve.get(first.url!)).status === 404, 'the first face is gone')
    expect((await read(eve, second.url!)).status).toBe(200)
    expect((await wear(bob, first.id)).status).toBe(404)
    expect((await bob.request('DELETE', `/api/uploads/${second.id}`)).status).toBe(409)
    expect((await wear(bob, null)).body.user.avatarUrl).toBeNull()
    await eventually(
      async () => !(await stored.keys()).some((key) => key.includes(first.id) || key.includes(second.id)),
      'their objects are gone',
    )
  })

  it('can only be an own upload that was made for it', async () => {
    const group = await groupOf(ann, [bob])
    const chat = (await ann.chatWith(bob)).id
    const wrong = [
      await face(bob),
      await face(ann, group),
      await uploaded(ann, await picture('png'), { conversationId: chat, kind: 'image', mime: 'image/png' }),
    ]
    for (const { id } of [...wrong, { id: 'f'.repeat(24) }]) expect((await wear(ann, id)).status).toBe(404)
    const own = await face(ann)
    expect((await ann.request('PATCH', `/api/conversations/${group}`, { avatarUploadId: own.id })).status).toBe(404)
    const refused = await tryUpload(ann, Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), {
      kind: 'avatar',
      mime: 'image/png',
    })
    expect(refused.status).toBe(422)
    // A direct conversation has no face of its own.
    expect(
      (await ann.post('/api/uploads', { conversationId: chat, kind: 'avatar', name: 'x', mime: 'image/png', size: 9 }))
        .status,
    ).toBe(403)
  })

  it('of a group can be set with the right, and is seen by members and by people with an invite link', async () => {
    const group = await groupOf(ann, [bob])
    const begun = await bob.post('/api/uploads', {
      conversationId: group,
      kind: 'avatar',
      name: 'x',
      mime: 'image/png',
      size: 9,
    })
    expect(begun.status).toBe(403)
    const upload = await face(ann, group)
    expect((await bob.request('PATCH', `/api/conversations/${group}`, { avatarUploadId: upload.id })).status).toBe(403)
    expect((await read(bob, upload.url!)).status).toBe(404)
    const changed = await ann.request('PATCH', `/api/conversations/${group}`, { avatarUploadId: upload.id })
    expect([changed.status, changed.body.conversation.avatarUrl]).toEqual([200, upload.url])
    expect([(await read(bob, upload.url!)).status, (await read(eve, upload.url!)).status]).toEqual([200, 404])
    const { invite } = (await ann.post(`/api/conversations/${group}/invites`, {})).body
    const token = new URL(invite.url, stored.server.url).pathname.split('/').at(-1)!
    const preview = (await eve.get(`/api/invites/${token}`)).body.invite
    const nobody = new Person(stored.server.url)
    const shown = await read(nobody, preview.avatarUrl)
    expect([shown.status, (await sharp(shown.bytes).metadata()).format]).toEqual([200, 'webp'])
    expect((await read(nobody, `/api/invites/${'x'.repeat(32)}/picture`)).status).toBe(404)
    await ann.request('DELETE', `/api/conversations/${group}/invites/${invite.id}`)
    expect((await read(nobody, preview.avatarUrl)).status).toBe(404)
    await ann.request('DELETE', `/api/conversations/${group}/members/${bob.user.id}`)
    expect((await read(bob, upload.url!)).status).toBe(404)
    await ann.request('DELETE', `/api/conversations/${group}`)
    await eventually(async () => !(await stored.keys()).some((key) => key.includes(upload.id)), 'the picture is gone')
  })
})
