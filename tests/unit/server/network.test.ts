import { describe, expect, it } from 'vitest'
import { createHostCheck } from '../../../server/network/hosts'
import { addressKey, clientAddress, parseTrustedProxies } from '../../../server/network/proxies'

const address = (peer: string | undefined, forwarded: string | undefined, setting: string) =>
  clientAddress(peer, forwarded, parseTrustedProxies(setting)!)

describe('the client’s address', () => {
  it.each([
    // Nobody is trusted.
    ['192.0.2.9', undefined, '0', '192.0.2.9'],
    ['192.0.2.9', '1.1.1.1', '0', '192.0.2.9'],
    ['::ffff:192.0.2.9', '1.1.1.1', '0', '192.0.2.9'],
    // Hops, counted from here.
    ['10.0.0.1', '1.1.1.1', '1', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1', '1', '1.1.1.1'],
    ['10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '2', '1.1.1.1'],
    ['10.0.0.1', '1.1.1.1', '2', '1.1.1.1'],
    ['10.0.0.1', undefined, '1', '10.0.0.1'],
    ['10.0.0.1', 'nonsense', '1', '10.0.0.1'],
    ['10.0.0.1', '6.6.6.6, nonsense', '2', '10.0.0.1'],
    [undefined, '1.1.1.1', '1', '1.1.1.1'],
    [undefined, undefined, '1', 'unknown'],
    // Networks: as far as our own proxies go.
    ['10.0.0.1', '6.6.6.6, 1.1.1.1, 10.9.9.9', '10.0.0.0/8', '1.1.1.1'],
    ['203.0.113.1', '6.6.6.6', '10.0.0.0/8', '203.0.113.1'],
    ['::1', '6.6.6.6,2001:db8::1', '127.0.0.1, ::1', '2001:db8::1'],
    [undefined, '1.1.1.1', '10.0.0.0/8', 'unknown'],
    // Written as others write them.
    ['10.0.0.1', '1.1.1.1:4711', '1', '1.1.1.1'],
    ['10.0.0.1', '[2001:DB8:0::1]:4711', '1', '2001:db8::1'],
    ['fe80::1%eth0', undefined, '0', 'fe80::1'],
  ])('at %s with %s, when %s is trusted, is %s', (peer, forwarded, setting, expected) => {
    expect(address(peer, forwarded, setting)).toBe(expected)
  })

  it.each([
    'ten',
    '-1',
    '1.5',
    '100',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    'proxy.example.com',
    '1,2',
    ',',
  ])('cannot be found with the invalid setting %s', (setting) => expect(parseTrustedProxies(setting)).toBeNull())
})

describe('the address that limits count', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (one, key) => expect(addressKey(one)).toBe(key))
})

describe('a host', () => {
  const serves = createHostCheck(
    { appUrl: 'https://chat.example.com', host: 'Intern', allowedHosts: ['other.example.com'] },
    'Box.office.example',
  )

  it.each(
    [
      ['chat.example.com', 'CHAT.example.com:8443', 'chat.example.com.', 'other.example.com', 'intern:3000'],
      ['localhost', 'localhost:3000', '127.0.0.1', '192.168.1.20:3000', '[::1]', '[fd00::1]:3000'],
      ['box', 'box.office.example:3000', 'nas.local', 'box.local:80'],
    ].flat(),
  )('is served: %s', (host) => expect(serves(host)).toBe(true))

  it.each(
    [
      ['evil.example', 'chat.example.com.evil.example', 'evilchat.example.com', 'example.com', 'www.other.example.com'],
      ['127.0.0.1.evil.example', 'localhost.evil.example', 'local', 'evil.local.example', 'boxx', 'office.example'],
      ['a b', 'evil@localhost', 'localhost/x', 'localhost?x', 'localhost#', '[[[', ''],
    ].flat(),
  )('is refused: %s', (host) => expect(serves(host)).toBe(false))
})
