import { createHash, randomBytes } from 'node:crypto'
import type { Message } from '#shared/schemas/message'
import type { CreateUploadInput, Upload, UploadPart } from '#shared/schemas/upload'
import { newClientId, type Answer, type Person } from '../person'

export const MiB = 1024 ** 2

/** Random bytes. */
export function someBytes(size: number): Buffer {
  return randomBytes(size)
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

type Claim = {
  conversationId?: string
  name?: string
  mime?: string
  size?: number
  kind?: CreateUploadInput['kind'] | 'voice'
}

/** Asks for an upload. */
export function begin(person: Person, claim: Claim): Promise<Answer> {
  const input = { name: 'notes.bin', mime: 'application/octet-stream', size: 1, kind: 'file', ...claim }
  return person.post('/api/uploads', input)
}

/** Asks for an upload and expects to get it. */
export async function begun(person: Person, claim: Claim): Promise<Upload> {
  const answer = await begin(person, claim)
  if (answer.status !== 201) throw new Error(`No upload: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body.upload
}

/** Sends a part to its address as a browser does: without cookies if that is another origin. */
export async function putPart(person: Person, part: UploadPart, bytes: Uint8Array) {
  const response = await fetch(new URL(part.url, person.baseUrl), {
    method: part.method,
    headers: part.headers,
    body: bytes as Uint8Array<ArrayBuffer>,
  })
  await response.text()
  return { status: response.status, etag: response.headers.get('etag') ?? '' }
}

/** The bytes of a part. */
export function slice(bytes: Buffer, upload: Upload, number: number): Buffer {
  return bytes.subarray((number - 1) * upload.partSize, number * upload.partSize)
}

export interface SentEtag {
  number: number
  etag: string
}

/** Sends parts of an upload at once, and expects all to arrive. */
export function sendParts(person: Person, upload: Upload, bytes: Buffer, parts = upload.parts): Promise<SentEtag[]> {
  return Promise.all(
    parts.map(async (part) => {
      const { status, etag } = await putPart(person, part, slice(bytes, upload, part.number))
      if (status !== 200) throw new Error(`Part ${part.number} was refused: ${status}`)
      return { number: part.number, etag }
    }),
  )
}

export function complete(person: Person, uploadId: string, parts: SentEtag[]): Promise<Answer> {
  return person.post(`/api/uploads/${uploadId}/complete`, { parts })
}

/** Uploads a file. @returns the answer to its completion, and its id */
export async function tryUpload(person: Person, bytes: Buffer, claim: Claim): Promise<Answer & { id: string }> {
  const upload = await begun(person, { size: bytes.length, ...claim })
  return { ...(await complete(person, upload.id, await sendParts(person, upload, bytes))), id: upload.id }
}

/** Uploads a file and expects it to be accepted. */
export async function uploaded(person: Person, bytes: Buffer, claim: Claim): Promise<Upload> {
  const answer = await tryUpload(person, bytes, claim)
  if (answer.status !== 200) throw new Error(`Not completed: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body.upload
}

/** Tries to send a message with files. */
export function sendFiles(
  person: Person,
  conversationId: string,
  uploadIds: string[],
  more: object = {},
): Promise<Answer> {
  return person.post(`/api/conversations/${conversationId}/messages`, { clientId: newClientId(), uploadIds, ...more })
}

/** Uploads a file and sends a message with it. */
export async function sentFile(
  person: Person,
  conversationId: string,
  bytes: Buffer,
  claim: Claim = {},
): Promise<Message> {
  const upload = await uploaded(person, bytes, { conversationId, ...claim })
  const answer = await sendFiles(person, conversationId, [upload.id])
  if (answer.status !== 201) throw new Error(`Not sent: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body.message
}

/** Reads a file as a browser does: it follows redirects. */
export async function read(person: Person, path: string, headers: Record<string, string> = {}, method = 'GET') {
  const own = { cookie: person.cookieHeader(), ...headers }
  let response = await fetch(new URL(path, person.baseUrl), { method, headers: own, redirect: 'manual' })
  if (response.status === 302) response = await fetch(response.headers.get('location')!, { method, headers })
  return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) }
}

/** Makes a group of people. @returns its id */
export async function groupOf(owner: Person, others: Person[], settings?: object): Promise<string> {
  const memberIds = others.map(({ user }) => user.id)
  const made = await owner.post('/api/conversations', { kind: 'group', name: 'Crew', memberIds })
  if (made.status !== 201) throw new Error(`No group: ${JSON.stringify(made.body)}`)
  const { id } = made.body.conversation
  if (settings) await owner.request('PATCH', `/api/conversations/${id}`, { settings })
  return id
}
