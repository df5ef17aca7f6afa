import { vi } from 'vitest'
import { LIMITS } from '#shared/limits'
import { openDatabase } from '~/client/storage/database'
import { Sources } from '~/client/uploads/sources'
import { Browser, openTab, settle, type Tab } from './browserOfTests'
import { ANN, FakeServer } from './fakeServer'

// As an idle page has done it. A test that waits for its first upload does not wait for the module.
await import('~/client/uploads/uploadRun')

export const PART = LIMITS.partBytes

/** Blank, as large as is wanted. */
export function file(size: number, name = 'film.mkv', type = 'video/x-matroska'): File {
  return new File([new Uint8Array(size)], name, { type, lastModified: 1_000 })
}

/** One conversation that files are sent to. */
export class UploadWorld {
  readonly server = new FakeServer()
  readonly browser = new Browser(this.server)
  readonly talk = this.server.talk()

  async openChat(options: { hasDatabase?: boolean } = {}): Promise<Tab> {
    const tab = await openTab(this.browser, options).start()
    await tab.messages.openConversation(this.talk.id)
    await settle()
    return tab
  }

  sendFile(tab: Tab, size: number, text = '') {
    tab.messages.sendFiles(this.talk.id, { files: [{ file: file(size), asFile: false }], text })
    return tab.messages.history(this.talk.id)!.pending.at(-1)!
  }

  shown(tab: Tab) {
    return tab.messages.history(this.talk.id)!.pending.flatMap(({ clientId }) => tab.uploads.of(clientId))
  }

  states(tab: Tab) {
    return this.shown(tab).map(({ state }) => state)
  }

  texts() {
    return this.talk.messages.map(({ text }) => text)
  }

  asked(request: RegExp) {
    return this.server.requests.filter(({ method, path }) => request.test(`${method} ${path}`))
  }

  /** Parts wait on their way until they are let go. */
  holdParts(which: (number: number) => boolean = () => true) {
    const held: (() => void)[] = []
    const { files } = this.server
    files.onPut = (_upload, number) => (which(number) ? new Promise<void>((done) => held.push(done)) : undefined)
    const release = () => {
      files.onPut = () => {}
      for (const done of held.splice(0)) done()
    }
    return { held, release }
  }

  /** The browser has no room for files. */
  keepNoFiles() {
    vi.spyOn(Sources.prototype, 'keep').mockResolvedValue()
  }

  /** What the browser keeps. */
  async stored(store: 'uploads' | 'files'): Promise<unknown[]> {
    await settle()
    const database = await openDatabase(ANN.id)
    const all = await database!.getAll(store)
    database!.close()
    return all
  }
}
