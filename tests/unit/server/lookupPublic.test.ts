import { lookup, type LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { lookupPublic } from '../../../server/services/files/worker/web/request'

/** What a connection learns of a name that stands for these addresses, or why it learns nothing. */
function allowedOf(addresses: string[], own: string[] = []): Promise<unknown> {
  const found = addresses.map((address): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 }))
  const answer = (_name: string, _options: object, callback: (error: null, found: LookupAddress[]) => void) =>
    callback(null, found)
  return new Promise((resolve) => {
    lookupPublic({ own }, answer as unknown as typeof lookup)('name.example', { all: true }, (error, allowed) =>
      resolve(error ? error.message : (allowed as LookupAddress[]).map(({ address }) => address)),
    )
  })
}

describe('the lookup of a name', () => {
  it('gives its public addresses only', async () => {
    expect(await allowedOf(['10.0.0.1', '93.184.216.34', '::1', '2606:4700::1'])).toEqual([
      '93.184.216.34',
      '2606:4700::1',
    ])
  })

  it.each([[['127.0.0.1']], [['::ffff:169.254.169.254']], [['64:ff9b::7f00:1', 'fd00:ec2::254']], [[]]])(
    'refuses a name that stands for %j',
    async (addresses) => {
      expect(await allowedOf(addresses)).toBe('This name has no public address.')
    },
  )

  it('refuses the addresses of this machine', async () => {
    expect(await allowedOf(['8.8.4.4'], ['8.8.4.4'])).toBe('This name has no public address.')
  })

  it('makes no connection to a private address that a name stands for', async () => {
    let connections = 0
    const server = createServer((socket) => {
      connections++
      socket.destroy()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const refused = connect({ host: 'localhost', port, lookup: lookupPublic({ own: [] }) })
    await expect(once(refused, 'connect')).rejects.toThrow('This name has no public address.')
    const allowed = connect({ host: 'localhost', port, family: 4, lookup })
    await once(allowed, 'close')
    expect(connections).toBe(1)
    server.close()
  })
})
