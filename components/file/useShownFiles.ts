import { lookOf, type FileLook } from '#shared/domain/files'
import type { Attachment } from '#shared/schemas/message'
import { useUploadsStore, type UploadState, type VoiceShape } from '~/stores/uploads'

/** A file of a bubble in one form for all components, whether the server has it or not. */
export interface ShownFile {
  /** The server's id. Null while the file is on its way. */
  id: string | null
  look: FileLook
  name: string
  mime: string
  /** Bytes. */
  size: number
  /** Pixels, where they are known. */
  width: number | null
  height: number | null
  /** The small picture: the sender's own file while the page has it, else the server's thumbnail. */
  preview: string | null
  /** The first frame of a film that the server has. */
  poster: string | null
  /** Whether the server also has a larger version of `preview`. */
  scaled: boolean
  /** The file itself. */
  url: string | null
  /** Of a voice message. */
  voice: VoiceShape | null
  /** Present until it is complete. */
  upload: UploadState | null
}

interface Carrier {
  own: boolean
  clientId: string | null
  attachments: readonly Attachment[]
}

/** The files of a bubble, in their order. */
export function useShownFiles(carrier: () => Carrier) {
  const uploads = useUploadsStore()

  return computed<ShownFile[]>(() => {
    const { own, clientId, attachments } = carrier()
    const mine = own && clientId ? uploads.of(clientId) : []
    if (attachments.length === 0) return mine.map(onItsWay)
    // A cancelled file is in neither list.
    return attachments.map((attachment, index) =>
      arrived(attachment, mine.length === attachments.length ? mine[index] : undefined),
    )
  })
}

/** A file that the server has. */
export function shownOf(attachment: Attachment): ShownFile {
  return arrived(attachment, undefined)
}

function onItsWay(upload: UploadState): ShownFile {
  const { kind, name, mime, size, voice, width, height, previewUrl, state } = upload
  const look = lookOf({ kind, mime })
  const display = { width, height, preview: previewUrl, poster: null, scaled: false, url: null }
  return { id: null, look, name, mime, size, voice, ...display, upload: state === 'complete' ? null : upload }
}

/** Prefers what the page has of the file, because the thumbnail would come a moment later. */
function arrived(attachment: Attachment, upload: UploadState | undefined): ShownFile {
  const { id, name, mime, size, width, height, url, thumbnailUrl, durationMs, waveform } = attachment
  const look = lookOf(attachment)
  // A thumbnail of a GIF does not move.
  const own = upload?.previewUrl ?? (mime === 'image/gif' ? url : null)
  const poster = look === 'video' ? thumbnailUrl : null
  const preview = own ?? (poster ? null : thumbnailUrl)
  const voice = durationMs !== null && waveform ? { durationMs, waveform } : null
  const shown = { width, height, preview, poster, scaled: !own && preview !== null, url }
  return { id, look, name, mime, size, voice, ...shown, upload: null }
}
