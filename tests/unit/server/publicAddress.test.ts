import { describe, expect, it } from 'vitest'
import { canRequest, isPublicAddress } from '../../../server/services/files/worker/web/publicAddress'

const nothing = { trusted: [], own: [] }

describe('which addresses are public', () => {
  it.each([
    '8.8.8.8',
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '169.253.255.255',
    '192.167.1.1',
    '223.255.255.254',
    '::ffff:8.8.8.8',
    '2606:4700:4700::1111',
    '2a00:1450:4001:82a::200e',
    '2001:4860:4860::8888',
  ])('%s is', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    // This machine, nothing, everybody.
    ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '255.255.255.255', '::1', '::'],
    // Networks of a house, an office, a provider.
    ...['10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255', '192.168.0.1', '100.64.0.1', '100.127.255.255'],
    ...['fc00::1', 'fd12:3456::1', 'fec0::1'],
    // One cable, and the metadata that clouds serve there and elsewhere.
    ...['169.254.0.1', '169.254.169.254', '169.254.170.2', 'fe80::1', 'febf::1', 'fe80::1%eth0', 'fd00:ec2::254'],
    ...['100.100.100.200', '192.0.0.192', '168.63.129.16'],
    // Groups of machines.
    ...['224.0.0.1', '239.255.255.250', 'ff02::1', 'ff0e::1'],
    // Reserved: documentation, measuring, relays, the future.
    ...['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '198.19.255.255', '192.88.99.1', '240.0.0.1'],
    ...['2001:db8::1', '3fff::1', '2001:2::1', '2001:10::1', '2001:20::1', '100::1', '5f00::1', '4000::1', '1::1'],
    // IPv4 within IPv6: mapped, compatible, translated (RFC 6052, 8215), 6to4, Teredo.
    ...['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::127.0.0.1', '::7f00:1'],
    ...['64:ff9b::7f00:1', '64:ff9b::808:808', '64:ff9b:1::7f00:1', '::ffff:0:7f00:1'],
    ...['2002:7f00:1::', '2002:a00:1::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
    // Other spellings of 127.0.0.1 and 169.254.169.254.
    ...['0x7f.1', '2130706433', '017700000001', '0x7f000001', '127.1', '127.0.1', '0177.0.0.1', '2852039166'],
    // No addresses.
    ...['', 'localhost', '1.2.3.4.5', '256.1.1.1', '8.8.8.8/32', ' 8.8.8.8', '[::1]', '8.8.8.8%lo', ':::1'],
  ])('%j is not', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})

describe('which links the server may request', () => {
  it.each([
    'http://example.com',
    'https://example.com/a?b#c',
    'https://example.com:443/',
    'http://example.com:80/',
    'http://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
    'https://bücher.example/',
  ])('%s may be requested', (address) => {
    expect(canRequest(new URL(address), nothing)).toBe(true)
  })

  it.each([
    // Other protocols.
    ...['ftp://example.com/', 'file:///etc/passwd', 'data:text/html,hi', 'javascript:alert(1)', 'mailto:a@example.com'],
    ...['ws://example.com/', 'gopher://example.com/', 'blob:https://example.com/1'],
    // A name and a password.
    ...['https://ann@example.com/', 'https://ann:secret@example.com/', 'https://:secret@example.com/'],
    // Ports other than the usual ones.
    ...['http://example.com:22/', 'http://example.com:8080/', 'https://example.com:6379/', 'http://example.com:443/'],
    ...['https://example.com:80/', 'http://8.8.8.8:25/'],
    // Every spelling of this machine and of private networks.
    ...['http://127.0.0.1/', 'http://127.1/', 'http://0x7f.1/', 'http://0x7f000001/', 'http://2130706433/'],
    ...[
      'http://017700000001/',
      'http://0177.0.0.1/',
      'http://127.0.0.1./',
      'http://１２７.0.0.1/',
      'http://127。0。0。1/',
    ],
    ...['http://%31%32%37.0.0.1/', 'http://0/', 'http://0.0.0.0/', 'http://[::]/', 'http://[::1]/', 'http://10.1.2.3/'],
    ...[
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:7f00:1]/',
      'http://[0:0:0:0:0:ffff:7f00:1]/',
      'http://[::7f00:1]/',
    ],
    ...['http://[64:ff9b::127.0.0.1]/', 'http://[2002:7f00:1::]/', 'http://[fe80::1]/', 'http://[fd00:ec2::254]/'],
    ...['http://169.254.169.254/latest/meta-data/', 'http://0xa9fea9fe/', 'http://2852039166/', 'http://192.168.1.1/'],
    ...['http://100.64.0.1/', 'http://224.0.0.1/', 'http://255.255.255.255/'],
  ])('%s may not', (address) => {
    expect(canRequest(new URL(address), nothing)).toBe(false)
  })

  it('requests nothing of this server itself', () => {
    const own = ['chat.example.org', '8.8.4.4', '2001:4860:4860::8844']
    for (const address of ['https://chat.example.org/c/1', 'https://CHAT.example.org./', 'http://8.8.4.4/'])
      expect(canRequest(new URL(address), { trusted: [], own })).toBe(false)
    expect(canRequest(new URL('http://[2001:4860:4860:0::8844]/'), { trusted: [], own })).toBe(false)
    expect(canRequest(new URL('https://www.example.org/'), { trusted: [], own })).toBe(true)
  })

  it('requests what the operator has named, with its port only', () => {
    const bounds = { trusted: ['127.0.0.1:8080', 'wiki.internal:443', '[::1]:80'], own: ['127.0.0.1', 'wiki.internal'] }
    const may = (address: string) => canRequest(new URL(address), bounds)
    expect(may('http://127.0.0.1:8080/page')).toBe(true)
    expect(may('https://wiki.internal/')).toBe(true)
    expect(may('http://[::1]/')).toBe(true)
    expect(may('http://127.0.0.1/')).toBe(false)
    expect(may('http://127.0.0.1:8081/')).toBe(false)
    expect(may('http://wiki.internal/')).toBe(false)
    expect(may('ftp://wiki.internal:443/')).toBe(false)
    expect(may('https://ann@wiki.internal/')).toBe(false)
  })
})
