import { readFile } from 'node:fs/promises'
import { voices } from '../seed/voices.mjs'

const VOICE = 'thanks-voice.webm'
const bytesOf = (name) => readFile(new URL(`../seed/files/${name}`, import.meta.url))

/** Every kind of file that the server processes: a picture, an avatar, a voice message, and a film with its first frame. */
const KINDS = [
  { what: 'a picture', name: 'pier.jpg', claim: { kind: 'image', mime: 'image/jpeg' }, thumbnail: true },
  { what: 'an avatar', name: 'rose-light.png', claim: { kind: 'avatar', mime: 'image/png' } },
  {
    what: 'a voice message',
    name: VOICE,
    claim: {
      kind: 'voice',
      mime: 'audio/webm',
      ...voices[VOICE],
      waveform: voices[VOICE].waveform.map((peak) => peak / 100),
    },
  },
  {
    what: 'a film',
    name: 'pier.webm',
    claim: { kind: 'file', mime: 'video/webm' },
    frame: 'pier-frame.jpg',
    thumbnail: true,
  },
]

/** Sends one file of each kind, and reads it again. */
export async function checkFiles(account, check) {
  const conversationId = await account.conversation()
  const sent = []
  for (const { what, name, claim, frame, thumbnail } of KINDS) {
    const bytes = await bytesOf(name)
    const target = claim.kind === 'avatar' ? {} : { conversationId }
    const { upload } = await account.ask('POST', '/api/uploads', { name, size: bytes.length, ...target, ...claim })
    const parts = []
    for (const part of upload.parts) {
      const body = bytes.subarray((part.number - 1) * upload.partSize, part.number * upload.partSize)
      const response = await fetch(new URL(part.url, account.origin), {
        method: part.method,
        headers: part.headers,
        body,
      })
      if (!response.ok) throw new Error(`the file store said ${response.status} to ${what}`)
      parts.push({ number: part.number, etag: response.headers.get('etag') })
    }
    const film = frame && { width: 480, height: 320, poster: (await bytesOf(frame)).toString('base64') }
    await account.ask('POST', `/api/uploads/${upload.id}/complete`, film ? { parts, frame: film } : { parts })
    if (claim.kind === 'avatar') await account.ask('PATCH', '/api/me', { avatarUploadId: upload.id })
    else
      await account.ask('POST', `/api/conversations/${conversationId}/messages`, {
        clientId: `smoke-${upload.id}`,
        uploadIds: [upload.id],
      })
    const read = await account.fetch('GET', `/api/files/${upload.id}`)
    const size = (await read.arrayBuffer()).byteLength
    check(`${what} is taken, and read again`, read.status === 200 && size > 0, `${read.status}, ${size} bytes`)
    if (thumbnail)
      check(
        `${what} has a thumbnail`,
        (await account.fetch('GET', `/api/files/${upload.id}/thumbnail`)).status === 200,
        'no',
      )
    sent.push(upload.id)
  }
  return sent
}
