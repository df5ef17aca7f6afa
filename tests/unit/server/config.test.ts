import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../server/config'

describe('parseConfig', () => {
  it('has a default for everything', () => {
    expect(parseConfig({})).toMatchObject({
      production: false,
      port: 3000,
      host: undefined,
      appUrl: undefined,
      trustedProxies: { hops: 0 },
      allowedHosts: [],
      mongodbUri: undefined,
      dataDir: resolve('.data'),
      databaseDir: resolve('.data/database'),
      jwtSecrets: undefined,
      valkeyUrl: undefined,
      rateLimitFactor: 1,
      logLevel: 'info',
      metrics: { interval: undefined, service: 'webchat', environment: 'development' },
    })
  })

  it('treats an empty variable as absent', () => {
    const empty = {
      PORT: '',
      APP_URL: '',
      MONGODB_URI: '',
      JWT_SECRET: '',
      RATE_LIMIT_FACTOR: '',
      DATA_DIR: '',
      HOST: '',
    }
    expect(parseConfig(empty)).toEqual(parseConfig({}))
  })

  it('reads the given values', () => {
    const config = parseConfig({
      NODE_ENV: 'production',
      PORT: '8080',
      HOST: '127.0.0.1',
      APP_URL: 'https://chat.example.com/some/path?x=1',
      TRUSTED_PROXIES: '2',
      ALLOWED_HOSTS: 'Chat.intern:3000, münchen.example',
      MONGODB_URI: 'mongodb+srv://user:pass@cluster.example.net/webchat',
      DATA_DIR: '/var/lib/webchat',
      JWT_SECRET: 'the first of two secrets; a long one , the second of two secrets; a long one',
      RATE_LIMIT_FACTOR: '2.5',
      LOG_LEVEL: 'warn',
      VALKEY_URL: 'rediss://:secret@cache.example.net:6379',
      METRICS_INTERVAL_SECONDS: '60',
      ENVIRONMENT: 'prod',
      SERVICE_NAME: 'chat',
      SOMETHING_ELSE: 'is nobody’s business',
    })
    expect(config).toEqual(
      expect.objectContaining({
        production: true,
        port: 8080,
        host: '127.0.0.1',
        appUrl: 'https://chat.example.com',
        trustedProxies: { hops: 2 },
        allowedHosts: ['chat.intern', 'xn--mnchen-3ya.example'],
        mongodbUri: 'mongodb+srv://user:pass@cluster.example.net/webchat',
        dataDir: '/var/lib/webchat',
        jwtSecrets: ['the first of two secrets; a long one', 'the second of two secrets; a long one'],
        rateLimitFactor: 2.5,
        logLevel: 'warn',
        valkeyUrl: 'rediss://:secret@cache.example.net:6379',
        metrics: { interval: 60, service: 'chat', environment: 'prod' },
      }),
    )
  })

  it.each([
    ['PORT', 'abc'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['BACKUP_EVERY_HOURS', '0'],
    ['BACKUP_KEEP', '0'],
    ['BACKUP_KEEP', '1.5'],
    ['APP_URL', 'nonsense'],
    ['APP_URL', 'ftp://chat.example.com'],
    ['APP_URL', 'javascript:alert(1)'],
    ['TRUSTED_PROXIES', 'yes'],
    ['TRUSTED_PROXIES', '10.0.0.0/64'],
    ['ALLOWED_HOSTS', 'https://chat.example.com/'],
    ['ALLOWED_HOSTS', 'one,,two'],
    ['MONGODB_URI', 'postgres://localhost'],
    ['JWT_SECRET', 'short'],
    ['JWT_SECRET', 'long enough to be the secret of all,short'],
    ['RATE_LIMIT_FACTOR', '0'],
    ['RATE_LIMIT_FACTOR', '-1'],
    ['RATE_LIMIT_FACTOR', 'many'],
    ['RATE_LIMIT_FACTOR', 'NaN'],
    ['RATE_LIMIT_FACTOR', 'Infinity'],
    ['LOG_LEVEL', 'loud'],
    ['VALKEY_URL', 'cache.example.net:6379'],
    ['VALKEY_URL', 'https://cache.example.net'],
    ['METRICS_INTERVAL_SECONDS', '0'],
    ['METRICS_INTERVAL_SECONDS', 'often'],
    ['ENVIRONMENT', 'two words'],
    ['SERVICE_NAME', '{}'],
  ])('says in a sentence that %s=%s is wrong', (name, value) => {
    expect(() => parseConfig({ [name]: value })).toThrow(new RegExp(`cannot start.* ${name}: .+\\.$`))
  })

  it('names every wrong setting at once, and never repeats a secret', () => {
    const wrong = () => parseConfig({ PORT: 'abc', JWT_SECRET: 'tooshort' })
    expect(wrong).toThrow(/PORT: .+JWT_SECRET: /)
    expect(wrong).not.toThrow(/tooshort/)
  })

  it('refuses to make a secret for a database that several tasks can share', () => {
    const environment = { NODE_ENV: 'production', MONGODB_URI: 'mongodb://localhost/webchat' }
    expect(() => parseConfig(environment)).toThrow(/JWT_SECRET/)
    expect(() => parseConfig({ ...environment, NODE_ENV: 'development' })).not.toThrow()
  })
})
