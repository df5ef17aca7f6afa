import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { Database } from '../../../server/embedded/store/database'

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'webchat-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A store without its server, so that a test can look inside. */
export function temporaryDatabase(folder = temporaryFolder()): Database {
  const database = new Database(folder)
  onTestFinished(() => database.close())
  return database
}
