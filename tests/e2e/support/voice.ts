import { expect, type Locator, type Page } from '@playwright/test'
import { beepsOf, claim, type Container } from '../../support/voice/voice'
import { sentFile } from '../../support/files/uploads'
import type { Person } from '../../support/person'
import type { Message } from '#shared/schemas/message'

export const recorder = (page: Page): Locator => page.getByTestId('voice-recorder')
export const record = (page: Page): Locator => page.getByTestId('voice-record')
export const voices = (page: Page): Locator => page.getByTestId('voice-message')
export const player = (page: Page): Locator => page.getByTestId('voice-player')
export const problem = (page: Page): Locator => page.getByTestId('voice-problem')

/** Plays or rests a voice message. */
export const press = (voice: Locator): Promise<void> => voice.getByTestId('voice-play').click()

const number = async (element: Locator, name: string): Promise<number> => Number(await element.getAttribute(name))

/** Waits until so much was recorded, in milliseconds. */
export const recorded = (page: Page, milliseconds: number): Promise<void> =>
  expect.poll(() => number(recorder(page), 'data-ms')).toBeGreaterThanOrEqual(milliseconds)

/** Waits until a message was played up to a place, in milliseconds. */
export const playedTo = (voice: Locator, milliseconds: number): Promise<void> =>
  expect.poll(() => number(voice, 'data-place'), { intervals: [50] }).toBeGreaterThanOrEqual(milliseconds)

export const placeOf = (voice: Locator): Promise<number> => number(voice, 'data-place')

/** Begins to record by a click, and waits for the first sound. */
export async function beginRecording(page: Page): Promise<void> {
  await record(page).click()
  await expect(recorder(page)).toHaveAttribute('data-phase', 'recording')
}

/** Makes the browser one that records in one container only. */
export const onlyRecords = (page: Page, container: Container): Promise<unknown> =>
  page.addInitScript((container) => {
    const isSupported = MediaRecorder.isTypeSupported.bind(MediaRecorder)
    MediaRecorder.isTypeSupported = (type) => type.startsWith(`audio/${container}`) && isSupported(type)
  }, container)

/** Six seconds of beeps, sent without a page. */
export const speak = (person: Person, conversationId: string, container: Container = 'webm'): Promise<Message> =>
  sentFile(person, conversationId, beepsOf[container], claim())

/** Pieces of unsent recordings that the browser keeps of a person. */
export const keptPieces = (page: Page, userId: string): Promise<number> =>
  page.evaluate(
    (userId) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(`webchat-${userId}`)
        opening.addEventListener('error', () => reject(opening.error!))
        opening.addEventListener('success', () => {
          const counting = opening.result.transaction('recordingPieces').objectStore('recordingPieces').count()
          counting.addEventListener('success', () => {
            opening.result.close()
            resolve(counting.result)
          })
        })
      }),
    userId,
  )
