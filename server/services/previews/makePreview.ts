import { hostname } from 'node:os'
import { Readable } from 'node:stream'
import { cleanName } from '#shared/domain/text/clean'
import { cutGraphemes } from '#shared/domain/text/graphemes'
import { LIMITS } from '#shared/limits'
import { config } from '../../config'
import { openInsideBytes } from '../files/insides'
import type { PageResult, Thumbnail } from '../files/worker/protocol'
import { WorkerPool } from '../files/workerPool'

/** What a preview shows of a page. */
export interface PagePreview {
  title: string
  description: string
  site: string
  picture: Thumbnail | null
}

/** Two pages at once, because they are mostly waited for. Their processes open no files, so no file waits for a page. */
const pool = new WorkerPool({ atOnce: 2, maxWaiting: 100 })
/** The most remembered pages, with pictures of some ten kilobytes. The least recently used are forgotten. */
const MAX_REMEMBERED = 200
/** Milliseconds for which a page is remembered, and one that has no preview. */
const REMEMBERED_MS = 3_600_000
const REFUSED_MS = 300_000

interface Remembered {
  made: Promise<PagePreview | null>
  until: number
}

const remembered = new Map<string, Remembered>()

/** Names of this server. Its pages are for people who are signed in. */
const own = [hostname(), ...config.allowedHosts, ...(config.appUrl ? [new URL(config.appUrl).hostname] : [])]

/**
 * The preview of the page that a link leads to. A page is fetched once within an hour, also when several people ask at the
 * same time.
 * @param owner id of the person who sent the link; people take turns
 * @returns null when there is nothing to show
 */
export function previewOf(address: string, owner: string): Promise<PagePreview | null> {
  const known = remembered.get(address)
  remembered.delete(address)
  const entry = known && known.until > Date.now() ? known : begin(address, owner)
  remembered.set(address, entry)
  for (const oldest of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) break
    remembered.delete(oldest)
  }
  return entry.made
}

function begin(address: string, owner: string): Remembered {
  const entry: Remembered = { made: make(address, owner), until: Infinity }
  void entry.made.then((preview) => (entry.until = Date.now() + (preview ? REMEMBERED_MS : REFUSED_MS)))
  return entry
}

async function make(address: string, owner: string): Promise<PagePreview | null> {
  try {
    const job = {
      task: 'page',
      address,
      trusted: config.linkPreviewHosts,
      own,
      deadlineMs: config.linkPreviewMs,
    } as const
    const page = await pool.run(owner, job, { size: 0, read: async () => Readable.from([]) })
    const picture = page.picture.length > 0 ? await pictureOf(page, owner) : null
    const title = lineOf(page.title, LIMITS.previewTitleCharacters)
    const description = lineOf(page.description, LIMITS.previewDescriptionCharacters)
    if (!title && !description && !picture) return null
    return { title, description, site: lineOf(page.site, LIMITS.previewTitleCharacters), picture }
  } catch {
    // Most of these pages are not there, or on a server without a way out none is.
    return null
  }
}

/** What a page says, as one clean line. */
function lineOf(text: string, maxCharacters: number): string {
  return cutGraphemes(cleanName(text), maxCharacters)
}

/** The picture of a page, encoded again like pictures that people send. Null: it is none. */
async function pictureOf({ picture }: PageResult, owner: string): Promise<Thumbnail | null> {
  try {
    return await openInsideBytes(owner, { task: 'thumbnail' }, picture)
  } catch {
    return null
  }
}
