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
 * Asks for any files by the browser's own picker, which lets them be read again after a reload.
 * @returns null where there is no such picker: then an input has to ask
 */
export async function pickByHandle(): Promise<PickedFile[] | null> {
  const { showOpenFilePicker } = window as { showOpenFilePicker?: Picker }
  if (!showOpenFilePicker) return null
  try {
    const handles = await showOpenFilePicker.call(window, { multiple: true })
    return await Promise.all(handles.map(async (handle) => ({ file: await handle.getFile(), handle })))
  } catch (thrown) {
    // Closed without a choice; anything else is for the input to try.
    return (thrown as Error).name === 'AbortError' ? [] : null
  }
}
