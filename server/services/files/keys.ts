import type { UploadRecord } from '../../repositories/uploads'

const NAMES = { original: 'original', clean: 'clean', small: 'small.webp', large: 'large.webp' } as const

/** Where an upload's bytes go, and what is made of them: each has a place of its own, so that nothing is written over. */
export function keyOf({ key }: Pick<UploadRecord, 'key'>, what: keyof typeof NAMES): string {
  return key.slice(0, key.lastIndexOf('/') + 1) + NAMES[what]
}

/** What may be made of an upload; of a file, where it is a film, its first frame. */
const MADE = {
  image: ['clean', 'small', 'large'],
  avatar: ['clean', 'small', 'large'],
  file: ['small'],
  voice: [],
} as const

/** Every key that an upload may have something under, whether or not it came to be. */
export function keysOf(upload: Pick<UploadRecord, 'key' | 'kind'>): string[] {
  const made = MADE[upload.kind]
  return (['original', ...made] as const).map((what) => keyOf(upload, what))
}
