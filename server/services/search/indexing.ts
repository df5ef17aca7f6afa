import { setTimeout as sleep } from 'node:timers/promises'
import { logger } from '../../observability/logger'
import { findLatelyChanged } from '../../repositories/lateWrites'
import type { MessageRecord } from '../../repositories/messages'
import { findIndexedSeqs } from '../../repositories/searchSegments'
import { addMessage, indexNext, renewSegment, SEGMENT_SIZE, segmentOf } from './segments'

// Sending a message does not wait for the search index: this follows behind, and searches read what is not indexed yet
// from the messages themselves.

/** A conversation is indexed when so many of its messages were sent, or when one has waited for so long. */
const MAX_WAITING = SEGMENT_SIZE
const MAX_WAIT_MS = 30_000
const CHECK_INTERVAL_MS = 1_000
/** While messages are sent, indexing pauses so many times as long as it has worked. */
const PAUSE_FACTOR = 9
/** Otherwise so many segments are written together. More would save little, and others would wait for the write. */
const MAX_SEGMENTS_AT_ONCE = 4
/** Conversations whose marks are read at once when the process starts. */
const BATCH_SIZE = 500

const waiting = new Map<string, { count: number; since: number }>()
/** Segments to make again, by conversation and number, without the words that were deleted. */
const stale = new Map<string, { conversationId: string; number: number }>()
let lastSendAt = 0
let stopped = false
let running: Promise<void> = Promise.resolve()
let timer: NodeJS.Timeout | undefined

/** Notes that messages of a conversation were sent, to index them later. */
export function noteSent(conversationId: string, count: number): void {
  lastSendAt = Date.now()
  const entry = waiting.get(conversationId)
  if (entry) entry.count += count
  else waiting.set(conversationId, { count, since: lastSendAt })
}

/**
 * Makes a changed message findable by what it says now. What it said before leaves the index a moment later. It never
 * rejects: what fails is tried again later.
 */
export async function noteChanged(message: MessageRecord): Promise<void> {
  const address = { conversationId: message.conversationId.toString(), number: segmentOf(message.seq) }
  renewLater(address.conversationId, address.number)
  if (message.deletedAt) return
  await addMessage(message).catch((error: unknown) =>
    logger.error({ err: error, ...address }, 'a changed message is indexed later'),
  )
}

/** Makes a segment again in a moment. */
export function renewLater(conversationId: string, number: number): void {
  stale.set(`${conversationId} ${number}`, { conversationId, number })
}

/** Mends the index after the last run of the process, and indexes behind the sends from then on. */
export function startIndexing(): void {
  running = mend()
    .catch((error: unknown) => logger.error({ err: error }, 'the search index was not mended'))
    .then(() => {
      if (!stopped) timer = setInterval(() => void work(), CHECK_INTERVAL_MS).unref()
    })
}

/** Stops after the step that is under way. What is not indexed is indexed after the next start. */
export async function stopIndexing(): Promise<void> {
  stopped = true
  clearInterval(timer)
  await running
}

let isWorking = false

async function work(): Promise<void> {
  if (isWorking) return
  isWorking = true
  running = workOnce()
    .catch((error: unknown) => logger.error({ err: error }, 'messages are indexed later'))
    .finally(() => {
      isWorking = false
    })
  await running
}

async function workOnce(): Promise<void> {
  for (const [key, address] of stale) {
    stale.delete(key)
    await renewSegment(address.conversationId, address.number).catch((error: unknown) => {
      stale.set(key, address)
      throw error
    })
  }
  for (const [id, { count, since }] of waiting) {
    if (stopped) return
    const isOld = Date.now() - since >= MAX_WAIT_MS
    if (count < MAX_WAITING && !isOld) continue
    // While people are writing, only whole segments are written, each once. The messages after them go on waiting.
    if (isOld) waiting.delete(id)
    else waiting.set(id, { count: 0, since: Date.now() })
    await indexAll(id, { wholeOnly: !isOld }).catch((error: unknown) => {
      waiting.set(id, { count, since })
      throw error
    })
  }
}

/** Indexes the messages of a conversation that are not yet. */
async function indexAll(conversationId: string, { wholeOnly = false } = {}): Promise<void> {
  for (let hasMore = true; hasMore && !stopped;) {
    const begun = performance.now()
    const maxSegments = isBusy() ? 1 : MAX_SEGMENTS_AT_ONCE
    hasMore = await indexNext(conversationId, { maxSegments, wholeOnly })
    await sleep(isBusy() ? (performance.now() - begun) * PAUSE_FACTOR : 0)
  }
}

function isBusy(): boolean {
  return Date.now() - lastSendAt < CHECK_INTERVAL_MS
}

/** Takes up what a process left undone that was cut off, and the histories from before there was an index. */
async function mend(): Promise<void> {
  const changed = await findLatelyChanged()
  const segments = new Map(
    changed.map(({ conversationId, seq }) => {
      const number = segmentOf(seq)
      return [`${conversationId.toString()} ${number}`, { conversationId, number }]
    }),
  )
  for (const { conversationId, number } of segments.values()) await renewSegment(conversationId, number)
  let page = await findIndexedSeqs(null, BATCH_SIZE)
  while (page.length > 0 && !stopped) {
    for (const { _id, seq, indexedSeq = 0 } of page) if (seq > indexedSeq) await indexAll(_id.toString())
    page = await findIndexedSeqs(page.at(-1)!._id, BATCH_SIZE)
  }
}
