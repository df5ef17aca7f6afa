import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockFolder } from '../../server/embedded/folderLock'
import { serveStore } from '../../server/embedded/serve'
import { temporaryFolder } from '../support/embedded/temporary'

describe('a store folder', () => {
  const leave = (folder: string, owner: object): void =>
    writeFileSync(join(folder, 'owner.json'), JSON.stringify(owner))
  const takeAndRelease = async (folder: string): Promise<void> => (await lockFolder(folder, 1000))()

  it('has one owner, whom the error of a second process names', async () => {
    const folder = temporaryFolder()
    const store = await serveStore({ folder })
    await expect(serveStore({ folder })).rejects.toThrow(`process ${process.pid}`)
    await store.close()
    await store.close()
    await (await serveStore({ folder })).close()
  })

  it('is released when opening failed', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'webchat.mdb'))
    await expect(serveStore({ folder })).rejects.toThrow(/directory/)
    rmdirSync(join(folder, 'webchat.mdb'))
    await (await serveStore({ folder })).close()
  })

  it('is taken over from a process that has ended', async () => {
    const folder = temporaryFolder()
    leave(folder, { pid: 2 ** 22 + 1, startedAt: 'x:1', host: hostname(), token: 'gone' })
    await expect(takeAndRelease(folder)).resolves.toBeUndefined()
  })

  it.runIf(process.platform === 'linux')('is taken over from a former process with the same id', async () => {
    const folder = temporaryFolder()
    leave(folder, { pid: process.pid, startedAt: 'x:1', host: hostname(), token: 'former' })
    await expect(takeAndRelease(folder)).resolves.toBeUndefined()
  })

  it('is taken over from an empty lock', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'owner.json'), '')
    await expect(takeAndRelease(folder)).resolves.toBeUndefined()
  })

  it('is taken over from another container only if that shows no sign of life', async () => {
    const folder = temporaryFolder()
    leave(folder, { pid: 1, startedAt: 'x:1', host: 'another', token: 'silent' })
    const release = await lockFolder(folder, 5)
    const mine = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as object
    leave(folder, { ...mine, host: 'another' })
    await expect(lockFolder(folder, 20)).rejects.toThrow('another')
    release()
  })

  it('goes to one of many processes that want it at once', async () => {
    const folder = temporaryFolder()
    leave(folder, { pid: 2 ** 22 + 1, startedAt: 'x:1', host: hostname(), token: 'gone' })
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockFolder(folder, 1000)))
    const won = results.filter((result) => result.status === 'fulfilled')
    expect(won).toHaveLength(1)
    won[0]!.value()
  })
})
