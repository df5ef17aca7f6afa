import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { config } from '../config'

let keys: readonly KeyObject[] | undefined

/** The keys of tokens: the first signs, all verify. Key objects, because importing raw bytes anew costs 50 times a check. */
export function signingKeys(): readonly KeyObject[] {
  keys ??= (config.jwtSecrets ?? [keptSecret(config.dataDir)]).map((secret) => createSecretKey(Buffer.from(secret)))
  return keys
}

/** The secret made at the first start and kept beside the data, readable by its owner only. */
function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret')
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}
