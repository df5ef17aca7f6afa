import { MAX_DOCUMENT_BYTES, type Doc } from '../bson/document'
import { MAX_MESSAGE_BYTES } from '../wire/frames'
import type { Command } from './context'

/**
 * The greeting of a standalone server. It names no replica set and no `topologyVersion`, so the driver sends neither
 * transactions nor retryable writes, and does not ask for streamed greetings.
 */
export const hello: Command = () => ({
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  readOnly: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES, // The driver splits larger writes, so no single one makes the others wait for long.
  maxWriteBatchSize: 1000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  ok: 1,
})

export const done: Command = (): Doc => ({ ok: 1 })
