import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { people, refused } from '../support/groups/group'
import type { Person } from '../support/person'
import { PushService } from '../support/pushService'
import { startServer, type TestServer } from '../support/server'

// The address of a push service is given by a client, and the server sends requests to it.

let service: PushService
let server: TestServer
let ann: Person

beforeAll(async () => {
  service = await PushService.start()
  server = await startServer()
  ;[ann] = (await people(server.url, 'Ann')) as [Person]
})
afterAll(async () => {
  service.stop()
  await server.discard()
})

describe('a subscription', () => {
  const post = (changes: object) => ann.post('/api/push', { ...service.browser('x').subscription, ...changes })

  it('at the public address of a push service is taken', async () => {
    expect((await post({ endpoint: 'https://push.example.com/send/abc' })).status).toBe(204)
  })

  it('at an address of the operator’s network is refused, also if it answers', async () => {
    expect(await refused(post({}))).toEqual([422, 'INVALID'])
  })

  it.each([
    'http://push.example.com/a',
    'https://127.0.0.1/a',
    'https://[::1]/a',
    'https://[::ffff:10.0.0.1]/a',
    'https://10.1.2.3/a',
    'https://169.254.169.254/latest/meta-data',
    'https://192.168.1.1/a',
    'https://2130706433/a',
    'https://user:password@push.example.com/a',
    'https://push.example.com:8443/a',
    'ftp://push.example.com/a',
    'file:///etc/passwd',
  ])('to %s is refused', async (endpoint) => {
    expect(await refused(post({ endpoint }))).toEqual([422, 'INVALID'])
  })

  it('needs keys that something can be encrypted for, and a session', async () => {
    const { p256dh, auth } = service.browser('y').subscription.keys
    expect(await refused(post({ keys: { p256dh: `B${'A'.repeat(86)}`, auth } }))).toEqual([422, 'INVALID'])
    expect(await refused(post({ keys: { p256dh, auth: 'short' } }))).toEqual([422, 'INVALID'])
    const nobody = await fetch(`${server.url}/api/push`, { method: 'DELETE' })
    expect(nobody.status).toBe(401)
  })
})
