import { PICTURE_TYPES } from '#shared/domain/files'
import { LIMITS } from '#shared/limits'

const PICTURES = new Set(PICTURE_TYPES)

/** Whether a file goes as a picture or as it is. */
export function kindOf({ type, size }: Pick<File, 'type' | 'size'>, asFile: boolean): 'image' | 'file' {
  return !asFile && PICTURES.has(type.toLowerCase()) && size <= LIMITS.imageBytes ? 'image' : 'file'
}

/** Whether the page can show or play it before it is sent. */
export function hasPreview({ kind, mime }: { kind: string; mime: string }): boolean {
  return kind === 'voice' || PICTURES.has(mime.toLowerCase()) || mime.startsWith('video/')
}

/** Why a file cannot be sent at all, to be said before anything is; null: it can. */
export function whyNot({ size }: Pick<File, 'size'>): 'EMPTY' | 'TOO_LARGE' | null {
  if (size === 0) return 'EMPTY'
  return size > LIMITS.fileBytes ? 'TOO_LARGE' : null
}
