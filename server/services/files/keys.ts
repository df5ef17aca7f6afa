import type { UploadRecord } from '../../repositories/uploads'

const NAMES = { original: 'original', clean: 'clean', small: 'small.webp', large: 'large.webp' } as const

/**
 * The storage key of an upload's original, or of something made from it. Each has its own key, so nothing is
 * overwritten.
 */
export function keyOf({ key }: Pick<UploadRecord, 'key'>, what: keyof typeof NAMES): string {
  return key.slice(0, key.lastIndexOf('/') + 1) + NAMES[what]
}

/** What may be made from an upload of each kind. From a file that is a video it is the first frame. */
const MADE = {
  image: ['clean', 'small', 'large'],
  avatar: ['clean', 'small', 'large'],
  file: ['small'],
  voice: [],
} as const

/** Every storage key that an upload may use, whether or not something is stored there. */
export function keysOf(upload: Pick<UploadRecord, 'key' | 'kind'>): string[] {
  const made = MADE[upload.kind]
  return (['original', ...made] as const).map((what) => keyOf(upload, what))
}
