import { join, resolve } from 'node:path'
import { z } from 'zod'
import { emailAddress, hostNames, hostsWithPorts, label, origin, registration, trustedProxies } from './configFields'
import { mailFields, mailSettings, type MailSettings } from './mailSettings'
import type { Registration } from '#shared/domain/registration'
import type { TrustedProxies } from './network/proxies'

const schema = z.object({
  NODE_ENV: z.string().default('development'),
  PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(3000),
  HOST: z.string().min(1).optional(),
  APP_URL: origin.optional(),
  TRUSTED_PROXIES: trustedProxies.default({ hops: 0 }),
  ALLOWED_HOSTS: hostNames.default([]),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional(),
  MONGODB_POOL_SIZE: z.coerce
    .number('must be a number')
    .int()
    .min(1, 'must be at least 1')
    .max(1_000, 'must be at most 1000')
    .default(100),
  DATA_DIR: z.string().default('.data'),
  JWT_SECRET: z
    .string()
    .transform((secrets) => secrets.split(',').map((secret) => secret.trim()))
    .pipe(
      z
        .array(z.string().refine((secret) => Buffer.byteLength(secret) >= 32, 'each secret needs at least 32 bytes'))
        .min(1),
    )
    .optional(),
  S3_BUCKET: z.string().min(3, 'must be the name of a bucket').max(63, 'must be the name of a bucket').optional(),
  S3_REGION: z.string().default('us-east-1'),
  S3_ENDPOINT: origin.optional(),
  S3_READ_URL: origin.optional(),
  S3_FORCE_PATH_STYLE: z.stringbool('must be true or false').default(false),
  UPLOAD_QUOTA_GIB: z.coerce.number('must be a number').positive('must be above 0').default(20),
  DISK_RESERVE_MIB: z.coerce.number('must be a number').min(0, 'must be at least 0').default(512),
  BACKUP_DIR: z.string().optional(),
  BACKUP_EVERY_HOURS: z.coerce.number('must be a number').positive('must be above 0').default(24),
  BACKUP_KEEP: z.coerce.number('must be a number').int().min(1, 'must be at least 1').default(7),
  ADMIN_EMAIL: emailAddress.optional(),
  REGISTRATION: registration.default({ mode: 'open' }),
  VAPID_PUBLIC_KEY: z
    .string()
    .regex(/^B[\w-]{86}$/, 'must be a public key of P-256 in base64url')
    .optional(),
  VAPID_PRIVATE_KEY: z
    .string()
    .regex(/^[\w-]{43}$/, 'must be a private key of P-256 in base64url')
    .optional(),
  VAPID_SUBJECT: z
    .string()
    .regex(/^(?:mailto:\S+@\S+|https:\/\/\S+)$/, 'must be a mailto: or https: address')
    .optional(),
  PUSH_HOSTS: hostsWithPorts.default([]),
  ...mailFields,
  UNVERIFIED_ACCOUNTS: z.enum(['everything', 'read'], 'must be everything or read').default('everything'),
  VALKEY_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// address' }).optional(),
  LINK_PREVIEWS: z.stringbool('must be true or false').default(true),
  LINK_PREVIEW_HOSTS: hostsWithPorts.default([]),
  LINK_PREVIEW_SECONDS: z.coerce
    .number('must be a number')
    .positive('must be above 0')
    .max(60, 'must be at most 60')
    .default(5),
  RATE_LIMIT_FACTOR: z.coerce.number('must be a number').positive('must be above 0').default(1),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  METRICS_INTERVAL_SECONDS: z.coerce.number('must be a number').int().min(1, 'must be at least 1').max(3600).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be an http or https address' })
    .transform((address) => address.replace(/\/$/, ''))
    .optional(),
  SERVICE_NAME: label.default('webchat'),
  ENVIRONMENT: label.default('development'),
})

export interface Config {
  production: boolean
  port: number
  host: string | undefined
  /** The public origin, without a slash at its end. Undefined: the origin that a request was made to. */
  appUrl: string | undefined
  /** The proxies whose word on where a request came from is trusted. */
  trustedProxies: TrustedProxies
  /** Host names that are served besides that of `appUrl`, addresses, and the machine's own name. */
  allowedHosts: string[]
  /** Undefined: the embedded database. */
  mongodbUri: string | undefined
  /** The most connections to the database. */
  mongodbPoolSize: number
  /** An absolute path. */
  dataDir: string
  databaseDir: string
  /** The folder of files when there is no bucket. */
  filesDir: string
  /** Undefined: files are stored in `filesDir`. */
  s3:
    | {
        bucket: string
        region: string
        endpoint: string | undefined
        forcePathStyle: boolean
        readUrl: string | undefined
      }
    | undefined
  /** How many bytes of files one person may store. */
  uploadQuota: number
  /** How many bytes of the disk uploads must leave free when files are stored in `filesDir`. */
  diskReserve: number
  /**
   * The folder of regular backups of `dataDir`, the milliseconds between two, and how many are kept. Undefined: none.
   */
  backups: { dir: string; everyMs: number; keep: number } | undefined
  /** Undefined: a secret is generated and stored in `dataDir`. */
  jwtSecrets: string[] | undefined
  /** Whose account administers the server. Undefined: the first account does. */
  adminEmail: string | undefined
  registration: Registration
  /**
   * Web Push: the keys that pushes are signed with, undefined if they are made once and stored in the database; and whom a push
   * service can write to.
   */
  vapid: { keys: { publicKey: string; privateKey: string } | undefined; subject: string }
  /** Push services that are reached wherever they are, also by http: hosts with their ports. */
  pushHosts: string[]
  /** Undefined: no mail leaves this server. */
  mail: MailSettings | undefined
  /** What new people may do until they have shown that their address is theirs. It only matters with mail. */
  unverifiedAccounts: 'everything' | 'read'
  /** The Valkey or Redis that several tasks share. Undefined: this process is the only one. */
  valkeyUrl: string | undefined
  /** Whether previews of links are made at all. */
  linkPreviews: boolean
  /** `host:port` of pages that have previews although their addresses are not public. */
  linkPreviewHosts: string[]
  /** Milliseconds in which a page and its picture must be fetched. */
  linkPreviewMs: number
  rateLimitFactor: number
  logLevel: string
  traces: {
    /** The collector that traces are sent to, by OTLP over HTTP. Undefined: there are no traces. */
    endpoint: string | undefined
  }
  metrics: {
    /** Seconds between two lines of metrics. Undefined: there are none. */
    interval: number | undefined
    service: string
    environment: string
  }
}

/**
 * Parses the environment. An empty variable counts as absent.
 * @throws Error with a sentence for each invalid setting, which names it
 */
export function parseConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  )
  const result = schema.safeParse(given)
  if (!result.success) {
    const sentences = result.error.issues.map((issue) => `${issue.path[0]?.toString()}: ${issue.message}.`)
    throw new Error(`WebChat cannot start with these settings. ${sentences.join(' ')}`)
  }
  const env = result.data
  const production = env.NODE_ENV === 'production'
  if (production && env.MONGODB_URI && !env.JWT_SECRET) {
    // Several tasks would each sign with their own secret and refuse each other's tokens.
    throw new Error('WebChat cannot start with these settings. JWT_SECRET: must be set when MONGODB_URI is set.')
  }
  if (env.MONGODB_URI && env.BACKUP_DIR) {
    throw new Error(
      'WebChat cannot start with these settings. BACKUP_DIR: is for the embedded database; a MongoDB has backups of its own.',
    )
  }
  const { VAPID_PUBLIC_KEY: publicKey, VAPID_PRIVATE_KEY: privateKey } = env
  if (Boolean(publicKey) !== Boolean(privateKey)) {
    throw new Error(
      'WebChat cannot start with these settings. VAPID_PUBLIC_KEY and VAPID_PRIVATE_KEY: must be set both, or neither.',
    )
  }
  const dataDir = resolve(env.DATA_DIR)
  return {
    production,
    port: env.PORT,
    host: env.HOST,
    appUrl: env.APP_URL,
    trustedProxies: env.TRUSTED_PROXIES,
    allowedHosts: env.ALLOWED_HOSTS,
    mongodbUri: env.MONGODB_URI,
    mongodbPoolSize: env.MONGODB_POOL_SIZE,
    dataDir,
    databaseDir: join(dataDir, 'database'),
    filesDir: join(dataDir, 'files'),
    s3: env.S3_BUCKET
      ? {
          bucket: env.S3_BUCKET,
          region: env.S3_REGION,
          endpoint: env.S3_ENDPOINT,
          forcePathStyle: env.S3_FORCE_PATH_STYLE,
          readUrl: env.S3_READ_URL,
        }
      : undefined,
    uploadQuota: env.UPLOAD_QUOTA_GIB * 1024 ** 3,
    diskReserve: env.DISK_RESERVE_MIB * 1024 ** 2,
    backups: env.BACKUP_DIR
      ? { dir: resolve(env.BACKUP_DIR), everyMs: env.BACKUP_EVERY_HOURS * 3_600_000, keep: env.BACKUP_KEEP }
      : undefined,
    jwtSecrets: env.JWT_SECRET,
    adminEmail: env.ADMIN_EMAIL,
    registration: env.REGISTRATION,
    vapid: {
      keys: publicKey && privateKey ? { publicKey, privateKey } : undefined,
      subject: env.VAPID_SUBJECT ?? (env.APP_URL?.startsWith('https:') ? env.APP_URL : 'mailto:webchat@example.com'),
    },
    pushHosts: env.PUSH_HOSTS,
    mail: mailSettings(env),
    unverifiedAccounts: env.UNVERIFIED_ACCOUNTS,
    valkeyUrl: env.VALKEY_URL,
    linkPreviews: env.LINK_PREVIEWS,
    linkPreviewHosts: env.LINK_PREVIEW_HOSTS,
    linkPreviewMs: env.LINK_PREVIEW_SECONDS * 1_000,
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    logLevel: env.LOG_LEVEL,
    traces: { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT },
    metrics: { interval: env.METRICS_INTERVAL_SECONDS, service: env.SERVICE_NAME, environment: env.ENVIRONMENT },
  }
}

/** The settings of this process, read once. */
export const config: Config = parseConfig(process.env)
