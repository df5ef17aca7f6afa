import { MAX_DOCUMENT_BYTES, type Doc } from '../bson/document'
import { MAX_MESSAGE_BYTES } from '../wire/frames'
import type { Command } from './context'

/**
 * The greeting of a standalone server. It names no set and no `topologyVersion`: the driver then sends neither
 * transactions nor retryable writes, and does not ask for streamed greetings.
 */
export const hello: Command = () => ({
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  readOnly: false,
  maxBsonObjectSize: MAX_DOCUMENT_BYTES,
  maxMessageSizeBytes: MAX_MESSAGE_BYTES, // The driver splits larger writes, so that no single one keeps the others waiting for long.
  maxWriteBatchSize: 1000,
  localTime: new Date(),
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  ok: 1,
})

export const done: Command = (): Doc => ({ ok: 1 })
