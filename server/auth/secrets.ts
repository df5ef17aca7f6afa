import { createSecretKey, randomBytes, type KeyObject } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { config } from '../config'

let keys: readonly KeyObject[] | undefined

/**
 * The keys for tokens: the first signs, all verify. They are key objects, because importing raw bytes for every check
 * would cost 50 times as much as the check.
 */
export function signingKeys(): readonly KeyObject[] {
  keys ??= (config.jwtSecrets ?? [storedSecret(config.dataDir)]).map((secret) => createSecretKey(Buffer.from(secret)))
  return keys
}

/** The secret that was generated at the first start. It is stored with the data, readable by its owner only. */
function storedSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret')
  mkdirSync(dataDir, { recursive: true })
  try {
    writeFileSync(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(file, 'utf8').trim()
}
