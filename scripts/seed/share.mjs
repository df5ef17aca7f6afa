import { readFile } from 'node:fs/promises'
import { voices } from './voices.mjs'

const MIME = { png: 'image/png', jpg: 'image/jpeg', webm: 'video/webm', pdf: 'application/pdf', md: 'text/markdown' }

/** The sizes of films, in pixels. The page measures them itself. */
const FRAMES = { 'pier.webm': { width: 480, height: 320 } }

/** Sends a message with files, unless an earlier run has sent it. */
export async function share(url, sender, other, clientId, { text, files }) {
  const { conversation } = await sender.post('/api/conversations', { kind: 'direct', userId: other.user.id })
  const path = `/api/conversations/${conversation.id}/messages`
  const { messages } = await sender.get(`${path}?limit=100`)
  if (messages.some((message) => message.clientId === clientId)) return
  const uploadIds = []
  for (const name of files) uploadIds.push(await upload(url, sender, conversation.id, name))
  await sender.post(path, { clientId, text, uploadIds })
}

/** Uploads a file as the page does: directly to the addresses that the server signs. */
async function upload(url, sender, conversationId, name) {
  const bytes = await readFile(new URL(`files/${name}`, import.meta.url))
  const { upload } = await sender.post('/api/uploads', { conversationId, name, size: bytes.length, ...describe(name) })
  const parts = []
  for (const part of upload.parts) {
    const body = bytes.subarray((part.number - 1) * upload.partSize, part.number * upload.partSize)
    const response = await fetch(new URL(part.url, url), { method: part.method, headers: part.headers, body })
    if (!response.ok) throw new Error(`The file store said ${response.status} to ${name}.`)
    parts.push({ number: part.number, etag: response.headers.get('etag') })
  }
  const frame = FRAMES[name]
  await sender.post(`/api/uploads/${upload.id}/complete`, frame ? { parts, frame } : { parts })
  return upload.id
}

/** What an upload says about a file. */
function describe(name) {
  const voice = voices[name]
  const mime = MIME[name.split('.').at(-1)]
  if (!voice) return { kind: mime.startsWith('image/') ? 'image' : 'file', mime }
  return { kind: 'voice', mime: 'audio/webm', ...voice, waveform: voice.waveform.map((peak) => peak / 100) }
}
