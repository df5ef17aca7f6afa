import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { UploadState } from '~/client/uploads/types'
import { useTab } from './tab'

export type { FileToSend, PickedFile, UploadState, VoiceShape } from '~/client/uploads/types'
export { kindOf, whyNot } from '~/client/uploads/kinds'

const NONE: readonly UploadState[] = []
const OVER: ReadonlySet<UploadState['state']> = new Set(['complete', 'failed'])

/** The uploads of my messages. They are the same in all tabs. */
export const useUploadsStore = defineStore('uploads', () => {
  const tab = useTab()
  const byMessage = shallowReactive<Record<string, readonly UploadState[]>>({})

  /** The uploads of a message in the order of choosing, until a minute after its delivery. */
  function of(clientId: string): readonly UploadState[] {
    return byMessage[clientId] ?? NONE
  }

  /** Whether any file of mine is on its way. */
  function isUploading(): boolean {
    return Object.values(byMessage).some((states) => states.some(({ state }) => !OVER.has(state)))
  }

  function show(clientId: string, states: readonly UploadState[]): void {
    if (states.length > 0) byMessage[clientId] = states
    else delete byMessage[clientId]
  }

  /** Pauses an upload, unless it is complete or has failed. */
  function pause(localId: string): void {
    tab.client().uploads?.pause(localId)
  }

  /**
   * Resumes a paused upload, and begins a failed one again. If it needs its file and `canReopen`, the file is opened
   * again. Call it in a click, because the browser may ask.
   */
  function resume(localId: string): void {
    const { uploads, outbox } = tab.client()
    uploads?.resume(localId)
    const failed = outbox?.entries.find((entry) => entry.state === 'failed' && entry.uploads.includes(localId))
    if (failed) outbox!.retry(failed.clientId)
  }

  /** Sends the refused pictures of a message as files. Other problems of its files stay. */
  function sendAsFiles(clientId: string): void {
    const { uploads, outbox } = tab.client()
    for (const { localId, kind, state } of of(clientId))
      if (kind === 'image' && state === 'failed') uploads?.sendAsFile(localId)
    outbox?.retry(clientId)
  }

  /**
   * Cancels a file. Its message goes without it. Without any file the message is dropped, unless it has failed and has
   * text.
   */
  function cancel(localId: string): void {
    const { uploads, outbox } = tab.client()
    uploads?.cancel(localId)
    outbox?.removeUpload(localId)
  }

  /** Gives an upload its file again, which the browser has lost. @returns whether it is the same one, unchanged */
  function provideFile(localId: string, file: File): boolean {
    return tab.client().uploads?.provideFile(localId, file) ?? false
  }

  function clear(): void {
    for (const clientId of Object.keys(byMessage)) delete byMessage[clientId]
  }

  return { of, isUploading, pause, resume, sendAsFiles, cancel, provideFile, show, clear }
})
