import { PICTURE_TYPES } from '#shared/domain/files'
import type { PickedFile } from '~/stores/uploads'

interface Handle {
  kind: string
  getFile(): Promise<File>
}
type Picker = (options: { multiple: boolean }) => Promise<Handle[]>

/** The types that go as photos and videos. */
export const PHOTOS_AND_VIDEOS = [...PICTURE_TYPES, 'video/*'].join(',')

/**
 * Asks for files with the browser's own picker, whose files can be read again after a reload.
 * @returns null if the browser has no such picker; then an input has to ask
 */
export async function pickByHandle(): Promise<PickedFile[] | null> {
  const { showOpenFilePicker } = window as { showOpenFilePicker?: Picker }
  if (!showOpenFilePicker) return null
  try {
    const handles = await showOpenFilePicker.call(window, { multiple: true })
    return await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })))
  } catch (thrown) {
    // The picker was closed without a choice. After any other failure the input tries.
    return (thrown as Error).name === 'AbortError' ? [] : null
  }
}
