import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that is removed after the test, for data that several servers use one after the other. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'webchat-test-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
