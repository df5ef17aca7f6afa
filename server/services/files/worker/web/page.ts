import { networkInterfaces } from 'node:os'
import type { PageJob, PageResult } from '../protocol'
import { bodyOf } from './body'
import { readPageFacts } from './pageFacts'
import type { RequestBounds } from './publicAddress'
import { requestWeb, type Answer } from './request'

/** The part of the time after which the picture of a page is no longer waited for. */
const PICTURE_PART = 0.8

const isPage = (type: string) => /^(?:text\/html|application\/xhtml\+xml)\b/i.test(type)
const isPicture = (type: string) => /^image\/(?:jpeg|png|webp|gif|avif)\b/i.test(type)

/**
 * Fetches a page of the web, reads what it says about itself, and fetches its picture. A link to a picture is its own
 * picture. The process ends when that takes too long: a name that is being looked up cannot be given up.
 * @throws Error when there is nothing to show
 */
export async function openPage({ address, trusted, own, deadlineMs }: PageJob): Promise<PageResult> {
  const bounds = { trusted, own: [...own, ...ownAddresses()] }
  const deadline = setTimeout(() => process.exit(1), deadlineMs)
  try {
    const signal = AbortSignal.timeout(deadlineMs * PICTURE_PART)
    const answer = await requestWeb(new URL(address), bounds, AbortSignal.timeout(deadlineMs))
    const type = answer.response.headers['content-type'] ?? ''
    if (isPicture(type)) return { title: '', description: '', site: '', picture: await readPicture(answer) }
    if (!isPage(type)) throw new Error('This is neither a page nor a picture.')
    const { image, ...facts } = await readPageFacts(bodyOf(answer.response), type)
    const picture = image ? await fetchPicture(image, answer.address, bounds, signal).catch(() => null) : null
    return { ...facts, picture: picture ?? Buffer.alloc(0) }
  } finally {
    clearTimeout(deadline)
  }
}

async function fetchPicture(
  image: string,
  page: URL,
  bounds: RequestBounds,
  signal: AbortSignal,
): Promise<Buffer | null> {
  const answer = await requestWeb(new URL(image, page), bounds, signal)
  if (isPicture(answer.response.headers['content-type'] ?? '')) return readPicture(answer)
  answer.response.destroy()
  return null
}

async function readPicture({ response }: Answer): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of bodyOf(response)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The addresses of this machine. */
function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address))
}
