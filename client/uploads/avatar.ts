import type { Transfer } from './job'
import { runUpload } from './runUpload'

/** Failures in a row after which the person who waits gets an error. */
const MAX_FAILURES = 3

/**
 * Puts a picture for a person (null) or group into the store.
 * @returns the id of its upload
 * @throws ApiError: INVALID for what is not a picture or too large a one, FORBIDDEN, TOO_LARGE over the quota, OFFLINE
 */
export async function sendAvatar(transfer: Transfer, picture: Blob, conversationId: string | null): Promise<string> {
  const name = `avatar.${picture.type.split('/')[1] ?? 'png'}`
  const upload = await runUpload(transfer, {
    input: { kind: 'avatar', conversationId, name, mime: picture.type, size: picture.size },
    source: picture,
    // Someone looks on: it goes before the files of messages.
    order: -1,
    maxFailures: MAX_FAILURES,
    begun: null,
    signal: new AbortController().signal,
    frame: async () => null,
    onBegun: () => {},
    onSent: () => {},
    onState: () => {},
  })
  return upload.id
}
