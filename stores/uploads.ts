import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { UploadState } from '~/client/uploads/types'
import { useTab } from './tab'

export type { FileToSend, PickedFile, UploadState, VoiceShape } from '~/client/uploads/types'
export { kindOf, whyNot } from '~/client/uploads/kinds'

const NONE: readonly UploadState[] = []

/** The files of my messages on their way, by the message; the same in all tabs. */
export const useUploadsStore = defineStore('uploads', () => {
  const tab = useTab()
  const byMessage = shallowReactive<Record<string, readonly UploadState[]>>({})

  /** In the order in which they were chosen; until a minute after the message was delivered. */
  function of(clientId: string): readonly UploadState[] {
    return byMessage[clientId] ?? NONE
  }

  function show(clientId: string, states: readonly UploadState[]): void {
    if (states.length > 0) byMessage[clientId] = states
    else delete byMessage[clientId]
  }

  /** Takes no effect on what is complete or has failed. */
  function pause(localId: string): void {
    tab.client().uploads?.pause(localId)
  }

  /**
   * Goes on with a paused upload, begins again with a failed one. One that needs its file and `canReopen` is opened
   * again: to be called in a click, since the browser may ask.
   */
  function resume(localId: string): void {
    const { uploads, outbox } = tab.client()
    uploads?.resume(localId)
    const failed = outbox?.entries.find((entry) => entry.state === 'failed' && entry.uploads.includes(localId))
    if (failed) outbox!.retry(failed.clientId)
  }

  /** Pictures of a message that were refused go as files; what is wrong with other files stays. */
  function sendAsFiles(clientId: string): void {
    const { uploads, outbox } = tab.client()
    for (const { localId, kind, state } of of(clientId))
      if (kind === 'image' && state === 'failed') uploads?.sendAsFile(localId)
    outbox?.retry(clientId)
  }

  /** Gives a file up. Its message goes without it; with the last file the message goes too, its text included unless it had failed. */
  function cancel(localId: string): void {
    const { uploads, outbox } = tab.client()
    uploads?.cancel(localId)
    outbox?.removeUpload(localId)
  }

  /** Gives the browser the file again that it has let go of. @returns whether it is the same one, unchanged */
  function provideFile(localId: string, file: File): boolean {
    return tab.client().uploads?.provideFile(localId, file) ?? false
  }

  function clear(): void {
    for (const clientId of Object.keys(byMessage)) delete byMessage[clientId]
  }

  return { of, pause, resume, sendAsFiles, cancel, provideFile, show, clear }
})
